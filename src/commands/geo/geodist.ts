import { E } from '../../resp/errors.ts'
import { bytes, key, likened, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { exactDistanceBetween } from '../../types/geo-distance.ts'
import { decodeScore } from '../../types/geohash.ts'
import { distanceText, metresOf, unit } from './shared.ts'

export default command({
  name: 'GEODIST',
  group: 'geo',
  since: '3.2.0',
  summary: 'Returns the distance between two members.',
  complexity: 'O(log(N))',
  flags: 'readonly',
  args: [key('key', 'RO access'), bytes('member1'), bytes('member2'), likened(optional(bytes('unit')), optional(unit))],
  tooMany: E.syntax,
  reply: bulk('the distance with four decimals, or null when a member is missing'),
  run(c, key, member1, member2, unit) {
    const metres = unit === null ? 1 : metresOf(unit)
    const set = c.db.sortedSets.get(key)
    const from = set?.score(member1)
    const to = set?.score(member2)
    if (from === undefined || to === undefined) return c.reply.null()
    const a = decodeScore(from)
    const b = decodeScore(to)
    c.reply.bulk(distanceText(exactDistanceBetween(a.longitude, a.latitude, b.longitude, b.latitude) / metres))
  },
})
