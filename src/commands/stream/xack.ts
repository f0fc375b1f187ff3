import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { readId } from './shared.ts'
import { groupChanged, streamOf } from './shared-groups.ts'

export default command({
  name: 'XACK',
  group: 'stream',
  since: '5.0.0',
  summary: 'Acknowledges entries: they are no longer pending in the consumer group.',
  complexity: 'O(log(N)) for each id, N being the entries pending in the group',
  flags: 'write fast',
  args: [key('key', 'RW update'), bytes('group'), many(bytes('id'))],
  reply: integer('the number of entries that were pending'),
  run(c, key, name, texts) {
    const group = streamOf(c, key)?.groups?.get(name)
    if (group === undefined) return c.reply.int(0)
    const ids = texts.map((text) => readId(text))
    let acknowledged = 0
    for (const id of ids) if (group.acknowledge(id)) acknowledged++
    if (acknowledged > 0) groupChanged(c, key, null, acknowledged)
    c.reply.int(acknowledged)
  },
})
