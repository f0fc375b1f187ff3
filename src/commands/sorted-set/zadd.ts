import { E } from '../../resp/errors.ts'
import { bytes, flag, key, likened, many, oneOf, options, shown, since, unevenReplies } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { parseDouble } from '../../util/numbers.ts'

function scoreOf(text: string): number {
  const score = parseDouble(text)
  if (score !== score) throw E.notFloat
  return score
}

export default command({
  name: 'ZADD',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Adds members to a sorted set, or updates their scores.',
  complexity: 'O(log(N)) for each member, N being the size of the set',
  flags: 'write denyoom fast',
  arity: -4,
  args: [
    key('key', 'RW update'),
    likened(
      options({ nx: flag('NX'), xx: flag('XX'), gt: flag('GT'), lt: flag('LT'), ch: flag('CH'), incr: flag('INCR') }),
      since('3.0.2', oneOf('condition', { nx: 'NX', xx: 'XX' })),
      since('6.2.0', oneOf('comparison', { gt: 'GT', lt: 'LT' })),
      since('3.0.2', flag('CH', 'change')),
      since('3.0.2', flag('INCR', 'increment')),
    ),
    unevenReplies(many(shown(bytes('score'), { type: 'double' }), bytes('member')), E.syntax),
  ],
  reply: anything('members added; added and updated with CH; the new score, or null, with INCR'),
  history: [
    ['2.4.0', 'Takes several members.'],
    ['3.0.2', 'Has XX, NX, CH and INCR.'],
    ['6.2.0', 'Has GT and LT.'],
  ],
  run(c, key, { nx, xx, gt, lt, ch, incr }, [texts, members]) {
    if (nx && xx) throw E.nxXx
    if ((gt && nx) || (lt && nx) || (gt && lt)) throw E.gtLtNx
    if (incr && members.length > 1) throw E.incrSinglePair
    const scores = texts.map(scoreOf)
    const { db, reply } = c
    const set = db.sortedSets.open(key)
    let added = 0
    let updated = 0
    let result: number | null = null
    for (let i = 0; i < members.length; i++) {
      const old = set.score(members[i])
      let score = scores[i]
      if (old === undefined) {
        if (xx) continue
      } else {
        if (nx) continue
        if (incr) {
          score += old
          if (score !== score) throw E.scoreNan
        }
        if ((gt && score <= old) || (lt && score >= old)) continue
      }
      result = score
      const what = set.set(members[i], score, c.store.limits)
      if (what === 'added') added++
      else if (what === 'updated') updated++
    }
    if (added + updated > 0) db.changed(key, incr ? 'zincr' : 'zadd', added + updated)
    if (!incr) reply.int(ch ? added + updated : added)
    else if (result === null) reply.null()
    else reply.double(result)
  },
})
