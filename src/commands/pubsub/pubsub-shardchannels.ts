import { E } from '../../resp/errors.ts'
import { optional, pattern } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyNames } from './shared.ts'

export default command({
  name: 'PUBSUB SHARDCHANNELS',
  group: 'pubsub',
  since: '7.0.0',
  summary: 'Lists the shard channels that have listeners, or those of them that match a pattern.',
  complexity: 'O(N), N being the number of shard channels with listeners',
  flags: 'pubsub loading stale',
  args: [optional(pattern('pattern'))],
  tooMany: E.subcommandSyntax('SHARDCHANNELS', 'PUBSUB'),
  reply: array('names of shard channels'),
  run(c, pattern) {
    replyNames(c, 'shard', pattern)
  },
})
