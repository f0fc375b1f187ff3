import { bytes, int, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG POPULATE',
  group: 'server',
  since: '1.0.0',
  summary: 'Creates many keys.',
  complexity: 'O(N), N being the number of keys',
  flags: 'admin noscript loading stale',
  args: [int('count', { min: 0 }), optional(bytes('prefix')), optional(int('size', { min: 0 }))],
  reply: status('OK'),
  run(c, count, prefix, size) {
    allowDebug(c)
    for (let i = 0; i < count; i++) {
      const key = `${prefix ?? 'key'}:${i}`
      if (c.db.peekHas(key)) continue
      const value = `value:${i}`
      c.db.set(key, size === null ? value : value.slice(0, size).padEnd(size, '\0'))
      c.db.changed(key, 'set', 0)
    }
    c.reply.ok()
  },
})
