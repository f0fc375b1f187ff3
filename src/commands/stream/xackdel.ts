import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { Deletion, deletion, Outcome, replyOutcomes } from './shared-delete.ts'

export default command({
  name: 'XACKDEL',
  group: 'stream',
  since: '8.2.0',
  summary: 'Acknowledges entries in a consumer group and deletes them from the stream.',
  complexity: 'O(log(N)) for each id and group',
  flags: 'write fast',
  args: [key('key', 'RW delete'), bytes('group'), deletion],
  reply: array('per id: 1 acknowledged and deleted, -1 not pending, 2 acknowledged but still wanted by a group'),
  run(c, key, group, { references, ids }) {
    const stream = c.db.streams.edit(key)
    const work = stream?.groups?.has(group) ? new Deletion(key, stream, references) : null
    const outcomes = ids.map((id) => {
      if (!work?.acknowledge(group, id)) return Outcome.missing
      // An entry that was deleted before is gone, as was asked.
      return work.delete(id) === Outcome.stillWanted ? Outcome.stillWanted : Outcome.deleted
    })
    work?.announce(c)
    replyOutcomes(c, outcomes)
  },
})
