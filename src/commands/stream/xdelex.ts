import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { Deletion, deletion, Outcome, replyOutcomes } from './shared-delete.ts'

export default command({
  name: 'XDELEX',
  group: 'stream',
  since: '8.2.0',
  summary: 'Deletes entries of a stream by id, with regard to the groups that have them pending.',
  complexity: 'O(log(N)) for each id and group',
  flags: 'write fast',
  args: [key('key', 'RW delete'), deletion],
  reply: array('per id: 1 deleted, -1 not there, 2 kept because a group still wants it'),
  run(c, key, { references, ids }) {
    const stream = c.db.streams.edit(key)
    const work = stream === undefined ? null : new Deletion(key, stream, references)
    const outcomes = ids.map((id) => work?.delete(id) ?? Outcome.missing)
    work?.announce(c)
    replyOutcomes(c, outcomes)
  },
})
