import { E } from '../../resp/errors.ts'
import { block, custom, flag, int, key, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { sampleDistinct } from '../../util/sample.ts'
import { checkPairs, readSampleCount, sampleWithRepeats } from '../generic/shared-sample.ts'

/** `[count [WITHVALUES]]` */
const sample = custom('sample', {
  like: [optional(block('options', int('count'), flag('WITHVALUES')))],
  min: 0,
  read(argv, from): { value: { count: number; withValues: boolean } | null; next: number } {
    if (from >= argv.length) return { value: null, next: from }
    const count = readSampleCount(argv[from])
    const withValues = argv.length === from + 2 && argv[from + 1].toUpperCase() === 'WITHVALUES'
    if (argv.length > from + 1 && !withValues) throw E.syntax
    return { value: { count: checkPairs(count, withValues), withValues }, next: argv.length }
  },
})

export default command({
  name: 'HRANDFIELD',
  group: 'hash',
  since: '6.2.0',
  summary: 'Returns random fields of a hash: distinct ones, or with a negative count possibly repeated ones.',
  complexity: 'O(N), N being the number of fields returned',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), sample],
  reply: anything('a field, or null; an array of fields with count'),
  run(c, key, sample) {
    const { reply, random } = c
    const hash = c.db.hashes.get(key)
    if (sample === null) {
      if (hash === undefined) reply.null()
      else reply.bulk(hash.fieldAt(random.int(hash.size)))
      return
    }
    if (hash === undefined || sample.count === 0) return reply.array(0)
    const { count, withValues } = sample
    const places =
      count < 0
        ? sampleWithRepeats(
            hash.size,
            -count,
            random,
            (i) => hash.fieldAt(i).length + (withValues ? hash.valueAt(i).length : 0),
          )
        : sampleDistinct(hash.size, Math.min(count, hash.size), random)
    // RESP3 pairs are arrays of two; RESP2 has one flat array.
    const nested = withValues && reply.protocol === 3
    reply.array(withValues && !nested ? places.length * 2 : places.length)
    for (const place of places) {
      if (nested) reply.array(2)
      reply.bulk(hash.fieldAt(place))
      if (withValues) reply.bulk(hash.valueAt(place))
    }
  },
})
