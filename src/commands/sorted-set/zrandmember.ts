import { E } from '../../resp/errors.ts'
import { block, custom, flag, int, key, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { sampleDistinct } from '../../util/sample.ts'
import { checkPairs, readSampleCount, sampleWithRepeats } from '../generic/shared-sample.ts'
import { replyEntries } from './shared.ts'

/** `[count [WITHSCORES]]` */
const sample = custom('sample', {
  like: [optional(block('options', int('count'), flag('WITHSCORES')))],
  min: 0,
  read(argv, from): { value: { count: number; withScores: boolean } | null; next: number } {
    if (from >= argv.length) return { value: null, next: from }
    const count = readSampleCount(argv[from])
    const withScores = argv.length === from + 2 && argv[from + 1].toUpperCase() === 'WITHSCORES'
    if (argv.length > from + 1 && !withScores) throw E.syntax
    return { value: { count: checkPairs(count, withScores), withScores }, next: argv.length }
  },
})

export default command({
  name: 'ZRANDMEMBER',
  group: 'sorted-set',
  since: '6.2.0',
  summary: 'Returns random members of a sorted set: distinct ones, or with a negative count possibly repeated ones.',
  complexity: 'O(N), N being the number of members returned',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), sample],
  reply: anything('a member, or null; an array of members with count'),
  run(c, key, sample) {
    const { reply, random } = c
    const set = c.db.sortedSets.get(key)
    if (sample === null) {
      if (set === undefined) reply.null()
      else reply.bulk(set.entryAt(random.int(set.size)).member)
      return
    }
    if (set === undefined || sample.count === 0) return reply.array(0)
    const { count, withScores } = sample
    const places =
      count < 0
        ? sampleWithRepeats(set.size, -count, random, (i) => set.entryAt(i).member.length)
        : sampleDistinct(set.size, Math.min(count, set.size), random)
    const entries = Array.from(places, (place) => set.entryAt(place))
    replyEntries(
      c,
      entries.map((e) => e.member),
      withScores ? entries.map((e) => e.score) : null,
    )
  },
})
