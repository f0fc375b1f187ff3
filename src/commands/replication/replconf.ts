import { E } from '../../resp/errors.ts'
import { anyNumberOf, bytes, likened } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'

export default command({
  name: 'REPLCONF',
  group: 'server',
  system: true,
  since: '3.0.0',
  summary: 'What replicas and masters tell each other about themselves; not for clients.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale allow_busy',
  args: [likened(anyNumberOf(bytes('word')))],
  reply: anything('OK; nothing to ACK and GETACK'),
  run(c, words) {
    const { session } = c
    const { replication } = c.server
    if (words.length % 2 !== 0) throw E.syntax
    for (let i = 0; i < words.length; i += 2) {
      const option = words[i].toLowerCase()
      if (option === 'ack') {
        const offset = parseInteger(words[i + 1])
        const synced = words[i + 2]?.toLowerCase() === 'fack' ? parseInteger(words[i + 3]) : -1
        if (offset === offset) replication.replicas.acknowledge(session, offset, synced === synced ? synced : -1)
        return
      }
      if (option === 'getack') return replication.acknowledge(session)
      replication.replicas.configure(session, words[i], words[i + 1])
    }
    c.reply.ok()
  },
})
