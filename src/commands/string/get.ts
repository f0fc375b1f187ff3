import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'GET',
  group: 'string',
  since: '1.0.0',
  summary: 'Returns the string value of a key.',
  complexity: 'O(1)',
  flags: 'readonly fast',
  args: [key('key', 'RO access')],
  reply: bulk('the value, or null when the key does not exist'),
  run(c, key) {
    const value = c.db.strings.get(key)
    if (value === undefined) c.reply.null()
    else c.reply.value(value)
  },
})
