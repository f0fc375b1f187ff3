import { E } from '../../resp/errors.ts'
import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { parseInt64 } from '../../util/numbers.ts'

export default command({
  name: 'LSET',
  group: 'list',
  since: '1.0.0',
  summary: 'Replaces the element at a place of a list.',
  complexity: 'O(log N), N being the length of the list',
  flags: 'write denyoom',
  args: [key('key', 'RW update'), shown(bytes('index'), { type: 'integer' }), bytes('element')],
  reply: status('OK'),
  run(c, key, indexText, element) {
    const list = c.db.lists.edit(key)
    if (list === undefined) throw E.noSuchKey
    const index = parseInt64(indexText)
    if (index === null) throw E.notInteger
    if (!list.set(Number(index), element)) throw E.indexOutOfRange
    c.db.changed(key, 'lset')
    c.reply.ok()
  },
})
