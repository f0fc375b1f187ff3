import { E } from '../../resp/errors.ts'
import { int, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'SLOWLOG GET',
  group: 'server',
  since: '2.2.12',
  summary: 'Returns the latest slow commands, newest first.',
  complexity: 'O(N), N being the number of entries returned',
  flags: 'admin loading stale',
  tips: ['request_policy:all_nodes', 'nondeterministic_output'],
  tooMany: E.subcommandSyntax('GET', 'SLOWLOG'),
  args: [optional(int('count', { min: -1, error: E.slowlogCount }), 10)],
  reply: array('id, Unix time in seconds, microseconds, words, client address and client name of each; -1 for all'),
  history: [['4.0.0', 'Shows the address and the name of the client.']],
  run({ server, reply }, count) {
    const entries = server.slowLog.latest(count === -1 ? server.slowLog.length : count)
    reply.array(entries.length)
    for (const { id, unixSeconds, microseconds, argv, peer, clientName } of entries) {
      reply.array(6)
      reply.int(id)
      reply.int(unixSeconds)
      reply.int(microseconds)
      reply.array(argv.length)
      for (const word of argv) reply.bulk(word)
      reply.bulk(peer)
      reply.bulk(clientName)
    }
  },
})
