import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { clampRange } from '../generic/shared-range.ts'

export default command({
  name: 'LRANGE',
  group: 'list',
  since: '1.0.0',
  summary: 'Returns the elements between two places of a list, both included.',
  complexity: 'O(log N + M), M being the number of elements returned',
  flags: 'readonly',
  args: [key('key', 'RO access'), int64('start'), int64('stop')],
  reply: array('elements'),
  run(c, key, start, stop) {
    const list = c.db.lists.get(key)
    const range = clampRange(start, stop, list?.length ?? 0)
    if (list === undefined || range === null) return c.reply.array(0)
    c.reply.array(range.stop - range.start + 1)
    list.forEachInRange(range.start, range.stop, (element) => c.reply.bulk(element))
  },
})
