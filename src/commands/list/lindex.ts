import { E } from '../../resp/errors.ts'
import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { parseClamped } from '../../util/numbers.ts'

export default command({
  name: 'LINDEX',
  group: 'list',
  since: '1.0.0',
  summary: 'Returns the element at a place of a list; negative places count from the end.',
  complexity: 'O(log N), N being the length of the list',
  flags: 'readonly',
  args: [key('key', 'RO access'), shown(bytes('index'), { type: 'integer' })],
  reply: bulk('the element, or null when the place is outside'),
  run(c, key, index) {
    const list = c.db.lists.get(key)
    if (list === undefined) return c.reply.null()
    const place = parseClamped(index)
    if (place !== place) throw E.notInteger
    const value = list.at(place)
    if (value === undefined) c.reply.null()
    else c.reply.bulk(value)
  },
})
