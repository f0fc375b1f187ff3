import { dumpPayload } from '../../rdb/writer.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'DUMP',
  group: 'generic',
  since: '2.6.0',
  summary: 'Returns the value at a key in the form RESTORE takes.',
  complexity: 'O(N), N being the size of the value',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access')],
  reply: bulk('the payload, or null when the key does not exist'),
  run(c, key) {
    const value = c.db.get(key)
    if (value === undefined) c.reply.null()
    else c.reply.bulk(dumpPayload(value))
  },
})
