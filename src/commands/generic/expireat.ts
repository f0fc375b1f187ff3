import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { expireConditions, expireDeadline, expireKey } from './shared-expire.ts'

export default command({
  name: 'EXPIREAT',
  group: 'generic',
  since: '1.2.0',
  summary: 'Sets the Unix time in seconds at which a key expires.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW update'), shown(bytes('unix-time-seconds'), { type: 'unix-time' }), expireConditions],
  reply: integer('1 when it was set, 0 when not'),
  history: [['7.0.0', 'Has the conditions NX, XX, GT and LT.']],
  run(c, key, seconds, conditions) {
    expireKey(c, key, expireDeadline(seconds, 'seconds', 0, 'expireat', conditions), conditions)
  },
})
