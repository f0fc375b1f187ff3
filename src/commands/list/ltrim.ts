import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { clampRange } from '../generic/shared-range.ts'

export default command({
  name: 'LTRIM',
  group: 'list',
  since: '1.0.0',
  summary: 'Keeps the elements between two places of a list and removes the others.',
  complexity: 'O(N), N being the number of elements removed',
  flags: 'write',
  args: [key('key', 'RW delete'), int64('start'), int64('stop')],
  reply: status('OK'),
  run(c, key, start, stop) {
    const list = c.db.lists.edit(key)
    if (list === undefined) return c.reply.ok()
    const { length } = list
    const range = clampRange(start, stop, length)
    if (range === null) list.trim(1, 0)
    else list.trim(range.start, range.stop)
    c.db.changed(key, 'ltrim', Math.max(1, length - list.length))
    c.reply.ok()
  },
})
