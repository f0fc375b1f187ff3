import { anyNumberOf, bytes, key, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { decodeScore } from '../../types/geohash.ts'
import { replyPlace } from './shared.ts'

export default command({
  name: 'GEOPOS',
  group: 'geo',
  since: '3.2.0',
  summary: 'Returns longitudes and latitudes of members.',
  complexity: 'O(N), N being the number of members asked for',
  flags: 'readonly',
  args: [key('key', 'RO access'), likened(anyNumberOf(bytes('member')), many(bytes('member')))],
  reply: array('longitude and latitude of each member, null for a missing one'),
  run(c, key, members) {
    const set = c.db.sortedSets.get(key)
    c.reply.array(members.length)
    for (const member of members) {
      const score = set?.score(member)
      if (score === undefined) c.reply.nullArray()
      else replyPlace(c.reply, decodeScore(score))
    }
  },
})
