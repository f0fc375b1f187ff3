import { E } from '../../resp/errors.ts'
import { bytes, double, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'ZINCRBY',
  group: 'sorted-set',
  since: '1.2.0',
  summary: 'Adds to the score of a member, 0 when it does not exist.',
  complexity: 'O(log(N)), N being the size of the set',
  flags: 'write denyoom fast',
  args: [key('key', 'RW access update'), shown(double('increment'), { type: 'integer' }), bytes('member')],
  reply: anything('the new score'),
  run(c, key, increment, member) {
    const set = c.db.sortedSets.open(key)
    const old = set.score(member)
    // Not 0 plus it: that would lose the sign of -0.
    const score = old === undefined ? increment : old + increment
    if (score !== score) throw E.scoreNan
    if (score !== old) {
      set.set(member, score, c.store.limits)
      c.db.changed(key, 'zincr')
    }
    c.reply.double(score)
  },
})
