import { bytes, int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'LREM',
  group: 'list',
  since: '1.0.0',
  summary: 'Removes elements equal to a value: the first ones, the last ones with a negative count, all with 0.',
  complexity: 'O(N), N being the length of the list',
  flags: 'write',
  args: [key('key', 'RW delete'), int64('count'), bytes('element')],
  reply: integer('the number of elements removed'),
  run(c, key, count, element) {
    const removed = c.db.lists.edit(key)?.removeValue(element, Number(count)) ?? 0
    if (removed > 0) c.db.changed(key, 'lrem', removed)
    c.reply.int(removed)
  },
})
