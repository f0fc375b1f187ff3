import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { stored } from './shared.ts'

export default command({
  name: 'MSET',
  group: 'string',
  since: '1.0.1',
  summary: 'Sets several keys at once.',
  complexity: 'O(N), N being the number of keys',
  flags: 'write denyoom',
  tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
  args: [many(key('key', 'OW update'), bytes('value'))],
  reply: status('OK'),
  run(c, [keys, values]) {
    for (let i = 0; i < keys.length; i++) {
      c.db.set(keys[i], stored(values[i]))
      c.db.changed(keys[i], 'set')
    }
    c.reply.ok()
  },
})
