import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { lengthOf } from './shared.ts'

export default command({
  name: 'STRLEN',
  group: 'string',
  since: '2.2.0',
  summary: 'Returns the length of a string value.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO')],
  reply: integer('bytes; 0 when the key does not exist'),
  run(c, key) {
    c.reply.int(lengthOf(c.db.strings.get(key)))
  },
})
