import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { typeOf } from '../../types/value.ts'

export default command({
  name: 'TYPE',
  group: 'generic',
  since: '1.0.0',
  summary: 'Returns the type of the value at a key.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: status('string, list, set, zset, hash, stream, or none'),
  run(c, key) {
    const value = c.db.lookAt(key)
    c.reply.status(value === undefined ? 'none' : typeOf(value))
  },
})
