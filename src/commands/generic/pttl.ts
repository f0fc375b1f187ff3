import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { replyDeadline } from './shared-expire.ts'

export default command({
  name: 'PTTL',
  group: 'generic',
  since: '2.6.0',
  summary: 'Returns the time to live of a key in milliseconds.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access')],
  reply: integer('milliseconds; -1 without a time to live, -2 without the key'),
  history: [['2.8.0', 'Replies -2 when there is no key.']],
  run(c, key) {
    replyDeadline(c, key, 1, true)
  },
})
