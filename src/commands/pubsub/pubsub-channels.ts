import { E } from '../../resp/errors.ts'
import { optional, pattern } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyNames } from './shared.ts'

export default command({
  name: 'PUBSUB CHANNELS',
  group: 'pubsub',
  since: '2.8.0',
  summary: 'Lists the channels that have listeners, or those of them that match a pattern.',
  complexity: 'O(N), N being the number of channels with listeners',
  flags: 'pubsub loading stale',
  args: [optional(pattern('pattern'))],
  tooMany: E.subcommandSyntax('CHANNELS', 'PUBSUB'),
  reply: array('names of channels'),
  run(c, pattern) {
    replyNames(c, 'channel', pattern)
  },
})
