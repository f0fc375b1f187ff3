import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { fieldList, replyDeadlines } from './shared-expiry.ts'

export default command({
  name: 'HTTL',
  group: 'hash',
  since: '7.4.0',
  summary: 'Returns the time to live of fields of a hash in seconds.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'readonly fast',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), fieldList],
  reply: array('per field: seconds, rounded up, -1 without a deadline, -2 no such field'),
  run(c, key, fields) {
    replyDeadlines(c, key, fields, 'seconds', true)
  },
})
