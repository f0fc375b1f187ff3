import { ReplyError } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG ERROR',
  group: 'server',
  since: '1.0.0',
  summary: 'Replies the given error.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [bytes('message')],
  reply: status('an error'),
  run(c, message) {
    allowDebug(c)
    throw new ReplyError(message)
  },
})
