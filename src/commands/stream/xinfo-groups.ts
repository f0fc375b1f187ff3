import { E } from '../../resp/errors.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { formatId } from '../../types/stream-id.ts'
import { replyProgress } from './shared-xinfo.ts'

export default command({
  name: 'XINFO GROUPS',
  group: 'stream',
  since: '5.0.0',
  summary: 'Describes the consumer groups of a stream.',
  complexity: 'O(N), N being the groups',
  flags: 'readonly',
  args: [key('key', 'RO access')],
  reply: array('one map of fields and values per group'),
  history: [['7.0.0', 'Shows entries-read and lag.']],
  run(c, key) {
    const { reply } = c
    const stream = c.db.streams.get(key)
    if (stream === undefined) throw E.noSuchKey
    const groups = stream.sortedGroups()
    reply.array(groups.length)
    for (const group of groups) {
      reply.map(6)
      reply.bulk('name')
      reply.bulk(group.name)
      reply.bulk('consumers')
      reply.int(group.consumers.size)
      reply.bulk('pending')
      reply.int(group.pel.size)
      reply.bulk('last-delivered-id')
      reply.bulk(formatId(group.lastDeliveredId))
      replyProgress(c, stream, group)
    }
  },
})
