import { E } from '../../resp/errors.ts'
import { bytes, custom, double, flag, key, many, oneOf, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { encodeScore } from '../../types/geohash.ts'
import { readPlace } from './shared.ts'

interface Request {
  /** NX, XX and CH as given. */
  readonly words: readonly string[]
  readonly nx: boolean
  readonly xx: boolean
  readonly ch: boolean
  readonly members: readonly string[]
  readonly scores: readonly number[]
}

const request = custom('request', {
  like: [
    since('6.2.0', oneOf('condition', { nx: 'NX', xx: 'XX' })),
    since('6.2.0', flag('CH', 'change')),
    many(double('longitude'), double('latitude'), bytes('member')),
  ],
  min: 3,
  read(argv, from): { value: Request; next: number } {
    const given = new Set<string>()
    let i = from
    for (; i < argv.length; i++) {
      const word = argv[i].toUpperCase()
      if (word !== 'NX' && word !== 'XX' && word !== 'CH') break
      given.add(word)
    }
    const nx = given.has('NX')
    const xx = given.has('XX')
    const left = argv.length - i
    if (left % 3 !== 0 || left === 0 || (nx && xx)) throw E.syntax
    const words = argv.slice(from, i)
    const members: string[] = []
    const scores: number[] = []
    for (; i < argv.length; i += 3) {
      const { longitude, latitude } = readPlace(argv[i], argv[i + 1])
      scores.push(encodeScore(longitude, latitude))
      members.push(argv[i + 2])
    }
    return { value: { words, nx, xx, ch: given.has('CH'), members, scores }, next: argv.length }
  },
})

export default command({
  name: 'GEOADD',
  group: 'geo',
  since: '3.2.0',
  summary: 'Adds members with their places, or moves them.',
  complexity: 'O(log(N)) for each member, N being the size of the sorted set',
  flags: 'write denyoom',
  args: [key('key', 'RW update'), request],
  reply: integer('members added, or added and moved with CH'),
  history: [['6.2.0', 'Has CH, NX and XX.']],
  run(c, key, { words, nx, xx, ch, members, scores }) {
    const set = c.db.sortedSets.open(key)
    let added = 0
    let updated = 0
    const argv: string[] = ['ZADD', key, ...words]
    for (const [i, member] of members.entries()) {
      argv.push(String(scores[i]), member)
      const exists = (nx || xx) && set.score(member) !== undefined
      if ((nx && exists) || (xx && !exists)) continue
      const what = set.set(member, scores[i], c.store.limits)
      if (what === 'added') added++
      else if (what === 'updated') updated++
    }
    if (added + updated > 0) {
      // As scores: whoever receives it need not compute the same.
      c.propagate.as(...argv)
      c.db.changed(key, 'zadd', added + updated)
    }
    c.reply.int(ch ? added + updated : added)
  },
})
