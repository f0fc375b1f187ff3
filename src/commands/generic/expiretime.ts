import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { replyDeadline } from './shared-expire.ts'

export default command({
  name: 'EXPIRETIME',
  group: 'generic',
  since: '7.0.0',
  summary: 'Returns the Unix time in seconds at which a key expires.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO access')],
  reply: integer('Unix seconds; -1 without a time to live, -2 without the key'),
  run(c, key) {
    replyDeadline(c, key, 1000, false)
  },
})
