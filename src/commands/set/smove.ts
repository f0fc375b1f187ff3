import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'SMOVE',
  group: 'set',
  since: '1.0.0',
  summary: 'Moves a member from one set to another.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('source', 'RW access delete'), key('destination', 'RW insert'), bytes('member')],
  reply: integer('1 when it was moved, 0 when the source does not have it'),
  run(c, source, destination, member) {
    const { db, reply } = c
    const from = db.sets.edit(source)
    if (from === undefined) return reply.int(0)
    const to = db.sets.open(destination)
    if (source === destination) return reply.int(from.has(member) ? 1 : 0)
    if (!from.delete(member)) return reply.int(0)
    const added = to.add(member, c.store.limits)
    db.changed(source, 'srem')
    if (added) db.changed(destination, 'sadd')
    reply.int(1)
  },
})
