import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { setFields } from './shared.ts'

export default command({
  name: 'HMSET',
  group: 'hash',
  since: '2.0.0',
  summary: 'Sets fields of a hash, creating it if need be.',
  complexity: 'O(1) for each field',
  flags: 'write denyoom fast',
  deprecatedSince: '4.0.0',
  replacedBy: 'HSET with several fields',
  args: [key('key', 'RW update'), many(bytes('field'), bytes('value'))],
  reply: status('OK'),
  run(c, key, [fields, values]) {
    setFields(c, key, fields, values)
    c.reply.ok()
  },
})
