import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { expireConditions, expireDeadline, expireKey } from './shared-expire.ts'

export default command({
  name: 'EXPIRE',
  group: 'generic',
  since: '1.0.0',
  summary: 'Sets the time to live of a key in seconds.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW update'), shown(bytes('seconds'), { type: 'integer' }), expireConditions],
  reply: integer('1 when it was set, 0 when not'),
  history: [['7.0.0', 'Has the conditions NX, XX, GT and LT.']],
  run(c, key, seconds, conditions) {
    expireKey(c, key, expireDeadline(seconds, 'seconds', c.now, 'expire', conditions), conditions)
  },
})
