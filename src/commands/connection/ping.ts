import { E } from '../../resp/errors.ts'
import { bytes, likened, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { Restriction } from '../../spec/restrictions.ts'

const wrongArity = E.arity('ping')

export default command({
  name: 'PING',
  group: 'connection',
  since: '1.0.0',
  summary: 'Replies PONG, or the given message.',
  complexity: 'O(1)',
  flags: 'fast subscriber',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  arity: -1,
  args: [optional(bytes('message')), likened(optional(bytes('rest')))],
  reply: anything('PONG, or the message'),
  run(c, message, rest) {
    if (rest !== null) throw wrongArity
    const { reply } = c
    // A RESP2 subscriber can take only arrays.
    if (reply.protocol === 2 && (c.session.restrictions & Restriction.subscribed) !== 0) {
      reply.array(2)
      reply.bulk('pong')
      reply.bulk(message ?? '')
    } else if (message === null) reply.status('PONG')
    else reply.bulk(message)
  },
})
