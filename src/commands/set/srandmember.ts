import { E } from '../../resp/errors.ts'
import { key, optional, parsed, shown, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { sampleDistinct } from '../../util/sample.ts'
import { readSampleCount, sampleWithRepeats } from '../generic/shared-sample.ts'

const count = shown(parsed('count', readSampleCount), { type: 'integer' })

export default command({
  name: 'SRANDMEMBER',
  group: 'set',
  since: '1.0.0',
  summary: 'Returns random members of a set: distinct ones, or with a negative count possibly repeated ones.',
  complexity: 'O(N), N being the number of members returned',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), since('2.6.0', optional(count))],
  tooMany: E.syntax,
  reply: anything('a member, or null; an array of members with count'),
  history: [['2.6.0', 'Takes a count.']],
  run(c, key, count) {
    const { reply, random } = c
    const set = c.db.sets.get(key)
    if (count === null) {
      if (set === undefined) reply.null()
      else reply.bulk(set.memberAt(random.int(set.size)))
      return
    }
    const n = Number(count)
    if (set === undefined || n === 0) return reply.array(0)
    if (n < 0) {
      const places = sampleWithRepeats(set.size, -n, random, (i) => set.memberAt(i).length)
      reply.array(places.length)
      for (const place of places) reply.bulk(set.memberAt(place))
      return
    }
    const places = sampleDistinct(set.size, Math.min(n, set.size), random)
    reply.array(places.length)
    for (const place of places) reply.bulk(set.memberAt(place))
  },
})
