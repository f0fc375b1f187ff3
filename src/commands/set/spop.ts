import { E } from '../../resp/errors.ts'
import { int, key, optional, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'SPOP',
  group: 'set',
  since: '1.0.0',
  summary: 'Removes and returns random members of a set.',
  complexity: 'O(N), N being the number of members returned',
  flags: 'write fast',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RW access delete'), since('3.2.0', optional(int('count', { min: 0, error: E.mustBePositive })))],
  tooMany: E.syntax,
  reply: anything('a member, or null; an array of members with count'),
  history: [['3.2.0', 'Takes a count.']],
  run(c, key, count) {
    const { db, reply, random } = c
    const set = db.sets.edit(key)
    if (count === null) {
      if (set === undefined) return reply.null()
      const member = set.memberAt(random.int(set.size))
      set.delete(member)
      c.propagate.as('SREM', key, member)
      db.changed(key, 'spop')
      return reply.bulk(member)
    }
    if (set === undefined || count === 0) return reply.set(0)
    if (count >= set.size) {
      reply.set(set.size)
      set.forEach((member) => reply.bulk(member))
      const { size } = set
      db.delete(key)
      c.propagate.as('DEL', key)
      db.notify(key, 'spop')
      db.changed(key, 'del', size)
      return
    }
    reply.set(count)
    const popped: string[] = []
    for (let i = 0; i < count; i++) {
      const member = set.memberAt(random.int(set.size))
      set.delete(member)
      popped.push(member)
      reply.bulk(member)
    }
    propagateRemoval(c.propagate, key, popped)
    db.changed(key, 'spop', count)
  },
})

/** One SREM for a thousand members, so that no single command of the stream grows without bound. */
const REMOVALS_PER_COMMAND = 1024

function propagateRemoval(
  propagate: { as(...argv: string[]): void; also(...argv: string[]): void },
  key: string,
  members: readonly string[],
): void {
  for (let i = 0; i < members.length; i += REMOVALS_PER_COMMAND) {
    const words = ['SREM', key, ...members.slice(i, i + REMOVALS_PER_COMMAND)]
    if (i === 0) propagate.as(...words)
    else propagate.also(...words)
  }
}
