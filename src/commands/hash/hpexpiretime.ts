import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { fieldList, replyDeadlines } from './shared-expiry.ts'

export default command({
  name: 'HPEXPIRETIME',
  group: 'hash',
  since: '7.4.0',
  summary: 'Returns the Unix time in milliseconds at which fields of a hash expire.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'readonly fast',
  args: [key('key', 'RO access'), fieldList],
  reply: array('per field: milliseconds, -1 without a deadline, -2 no such field'),
  run(c, key, fields) {
    replyDeadlines(c, key, fields, 'milliseconds', false)
  },
})
