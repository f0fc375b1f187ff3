import { E } from '../../resp/errors.ts'
import { custom, flag, int, key, named } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { longestCommonSubsequence } from '../../types/lcs.ts'
import { parseClamped } from '../../util/numbers.ts'
import { textOf } from './shared.ts'

/** The table of the algorithm has a cell per pair of positions: beyond this it would not fit in memory. */
const MAX_CELLS = 2 ** 28

/** Looked at only when both keys are known to hold strings. */
function readOptions(words: readonly string[]) {
  const options = { len: false, idx: false, minMatchLength: 0, withMatchLength: false }
  for (let i = 0; i < words.length; i++) {
    const word = words[i].toUpperCase()
    if (word === 'LEN') options.len = true
    else if (word === 'IDX') options.idx = true
    else if (word === 'WITHMATCHLEN') options.withMatchLength = true
    else if (word === 'MINMATCHLEN' && i + 1 < words.length) {
      options.minMatchLength = parseClamped(words[++i])
      if (options.minMatchLength !== options.minMatchLength) throw E.notInteger
    } else throw E.syntax
  }
  return options
}

export default command({
  name: 'LCS',
  group: 'string',
  since: '7.0.0',
  summary: 'Finds the longest common subsequence of two string values.',
  complexity: 'O(N*M), N and M being the lengths of the values',
  flags: 'readonly',
  args: [
    key('key1', 'RO access'),
    key('key2', 'RO access', { continues: true }),
    custom('options', {
      like: [flag('LEN'), flag('IDX'), named('MINMATCHLEN', int('len')), flag('WITHMATCHLEN')],
      min: 0,
      read: (argv, from) => ({ value: argv.slice(from), next: argv.length }),
    }),
  ],
  reply: anything('the subsequence; its length with LEN; a map of matches and length with IDX'),
  run(c, key1, key2, words) {
    const { db, reply } = c
    const first = db.get(key1)
    const second = db.get(key2)
    for (const v of [first, second]) if (typeof v === 'object' && v.kind !== 'string') throw E.lcsNotStrings
    const { len, idx, minMatchLength, withMatchLength } = readOptions(words)
    if (len && idx) throw E.lcsLenAndIdx
    const a = textOf(first as string | undefined)
    const b = textOf(second as string | undefined)
    if ((a.length + 1) * (b.length + 1) > MAX_CELLS) throw E.lcsTooLarge
    const { text, matches } = longestCommonSubsequence(a, b)
    if (len) return reply.int(text.length)
    if (!idx) return reply.bulk(text)
    const shown = matches.filter((m) => m.length >= minMatchLength)
    reply.map(2)
    reply.bulk('matches')
    reply.array(shown.length)
    for (const m of shown) {
      reply.array(withMatchLength ? 3 : 2)
      reply.array(2)
      reply.int(m.a)
      reply.int(m.a + m.length - 1)
      reply.array(2)
      reply.int(m.b)
      reply.int(m.b + m.length - 1)
      if (withMatchLength) reply.int(m.length)
    }
    reply.bulk('len')
    reply.int(text.length)
  },
})
