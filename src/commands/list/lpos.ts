import { E } from '../../resp/errors.ts'
import { bytes, int, key, named, options, parsed, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { INT64_MIN, parseInt64Exact } from '../../util/numbers.ts'

const rank = shown(
  parsed('rank', (text) => {
    const n = parseInt64Exact(text)
    if (n === null) throw E.notInteger
    if (n === 0) throw E.rankZero
    if (n === INT64_MIN) throw E.rankOutOfRange
    return Number(n)
  }),
  { type: 'integer' },
)

export default command({
  name: 'LPOS',
  group: 'list',
  since: '6.0.6',
  summary: 'Returns the places of elements equal to a value.',
  complexity: 'O(N), N being the length of the list',
  flags: 'readonly',
  args: [
    key('key', 'RO access'),
    bytes('element'),
    options({
      rank: named('RANK', rank),
      count: named('COUNT', int('num-matches', { min: 0, error: E.countNegative })),
      maxlen: named('MAXLEN', int('len', { min: 0, error: E.maxlenNegative })),
    }),
  ],
  reply: anything('the place, or null; an array of places with COUNT'),
  run(c, key, element, { rank, count, maxlen }) {
    const list = c.db.lists.get(key)
    const found = list?.positions(element, { rank: rank ?? 1, count: count ?? 1, maxLength: maxlen ?? 0 }) ?? []
    if (count !== null) {
      c.reply.array(found.length)
      for (const place of found) c.reply.int(place)
    } else if (found.length === 0) c.reply.null()
    else c.reply.int(found[0])
  },
})
