import { E } from '../../resp/errors.ts'
import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'XINFO CONSUMERS',
  group: 'stream',
  since: '5.0.0',
  summary: 'Describes the consumers of a consumer group.',
  complexity: 'O(N), N being the consumers',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  history: [['7.2.0', 'Shows `inactive`.']],
  args: [key('key', 'RO access'), bytes('groupname')],
  reply: array('one map of fields and values per consumer; `idle` and `inactive` in ms'),
  run(c, key, name) {
    const { reply } = c
    const stream = c.db.streams.get(key)
    if (stream === undefined) throw E.noSuchKey
    const group = stream.groups?.get(name)
    if (group === undefined) throw E.streamNoGroupForKey(name, key)
    const consumers = group.sortedConsumers()
    reply.array(consumers.length)
    for (const { name, pel, seenTime, activeTime } of consumers) {
      reply.map(4)
      reply.bulk('name')
      reply.bulk(name)
      reply.bulk('pending')
      reply.int(pel.size)
      reply.bulk('idle')
      reply.int(Math.max(0, c.now - seenTime))
      reply.bulk('inactive')
      reply.int(activeTime === -1 ? -1 : c.now - activeTime)
    }
  },
})
