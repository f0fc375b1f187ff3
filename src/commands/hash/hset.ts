import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { setFields } from './shared.ts'

export default command({
  name: 'HSET',
  group: 'hash',
  since: '2.0.0',
  summary: 'Sets fields of a hash, creating it if need be.',
  complexity: 'O(1) for each field',
  flags: 'write denyoom fast',
  args: [key('key', 'RW update'), many(bytes('field'), bytes('value'))],
  reply: integer('the number of fields that are new'),
  history: [['4.0.0', 'Takes several fields with their values.']],
  run(c, key, [fields, values]) {
    c.reply.int(setFields(c, key, fields, values))
  },
})
