import { anyNumberOf, bytes, key, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { geohashText } from '../../types/geohash.ts'

export default command({
  name: 'GEOHASH',
  group: 'geo',
  since: '3.2.0',
  summary: 'Returns places of members as geohashes of 11 letters.',
  complexity: 'O(log(N)) for each member, N being the size of the sorted set',
  flags: 'readonly',
  args: [key('key', 'RO access'), likened(anyNumberOf(bytes('member')), many(bytes('member')))],
  reply: array('a geohash for each member, null for a missing one'),
  run(c, key, members) {
    const set = c.db.sortedSets.get(key)
    c.reply.array(members.length)
    for (const member of members) {
      const score = set?.score(member)
      if (score === undefined) c.reply.null()
      else c.reply.bulk(geohashText(score))
    }
  },
})
