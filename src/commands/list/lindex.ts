import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'LINDEX',
  group: 'list',
  since: '1.0.0',
  summary: 'Returns the element at a place of a list; negative places count from the end.',
  complexity: 'O(log N), N being the length of the list',
  flags: 'readonly',
  args: [key('key', 'RO access'), int64('index')],
  reply: bulk('the element, or null when the place is outside'),
  run(c, key, index) {
    const value = c.db.lists.get(key)?.at(Number(index))
    if (value === undefined) c.reply.null()
    else c.reply.bulk(value)
  },
})
