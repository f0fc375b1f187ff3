import { bytes, choice, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'LINSERT',
  group: 'list',
  since: '2.2.0',
  summary: 'Puts an element before or after the first one equal to a pivot.',
  complexity: 'O(N), N being the elements looked at before the pivot',
  flags: 'write denyoom',
  args: [
    key('key', 'RW insert'),
    choice('where', { before: 'BEFORE', after: 'AFTER' }),
    bytes('pivot'),
    bytes('element'),
  ],
  reply: integer('the length of the list after it; -1 without the pivot, 0 without the list'),
  run(c, key, where, pivot, element) {
    const list = c.db.lists.edit(key)
    if (list === undefined) return c.reply.int(0)
    if (!list.insert(pivot, element, where)) return c.reply.int(-1)
    c.db.changed(key, 'linsert')
    c.reply.int(list.length)
  },
})
