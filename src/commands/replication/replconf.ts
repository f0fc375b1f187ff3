import { E } from '../../resp/errors.ts'
import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'

export default command({
  name: 'REPLCONF',
  group: 'server',
  since: '3.0.0',
  summary: 'What replicas and masters tell each other about themselves; not for clients.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale allow_busy',
  args: [anyNumberOf(bytes('word'))],
  reply: anything('OK; nothing to ACK and GETACK'),
  run(c, words) {
    const { session, server } = c
    if (words.length % 2 !== 0) throw E.syntax
    const { replicas, link } = server.replication
    for (let i = 0; i < words.length; i += 2) {
      const value = words[i + 1]
      const replica = replicas.greeting(session)
      switch (words[i].toLowerCase()) {
        case 'listening-port': {
          const port = parseInteger(value)
          if (port !== port) throw E.notInteger
          replica.port = port
          break
        }
        case 'ip-address':
          replica.ip = value
          break
        case 'capa':
          if (value.toLowerCase() === 'eof') replica.takesEof = true
          else if (value.toLowerCase() === 'psync2') replica.takesNewId = true
          break
        case 'rdb-only':
          replica.rdbOnly = value === '1'
          break
        case 'version':
        case 'rdb-filter-only':
          break
        case 'ack': {
          const offset = parseInteger(value)
          if (offset === offset) replicas.acknowledge(session, offset)
          return
        }
        case 'getack':
          if (session.kind === 'master') link?.acknowledge()
          return
        default:
          throw E.replconfOption(words[i])
      }
    }
    c.reply.ok()
  },
})
