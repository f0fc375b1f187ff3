import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { stored } from './shared.ts'

export default command({
  name: 'GETSET',
  group: 'string',
  since: '1.0.0',
  summary: 'Sets a key and returns its old value.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  deprecatedSince: '6.2.0',
  replacedBy: 'SET with GET',
  args: [key('key', 'RW access update'), bytes('value')],
  reply: bulk('the old value, or null'),
  run(c, key, value) {
    const old = c.db.strings.get(key)
    c.db.set(key, stored(value))
    c.propagate.as('SET', key, value)
    c.db.changed(key, 'set')
    if (old === undefined) c.reply.null()
    else c.reply.value(old)
  },
})
