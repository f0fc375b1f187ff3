import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { expireConditions, expireDeadline, expireKey } from './shared-expire.ts'

export default command({
  name: 'PEXPIRE',
  group: 'generic',
  since: '2.6.0',
  summary: 'Sets the time to live of a key in milliseconds.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW update'), shown(bytes('milliseconds'), { type: 'integer' }), expireConditions],
  reply: integer('1 when it was set, 0 when not'),
  history: [['7.0.0', 'Has the conditions NX, XX, GT and LT.']],
  run(c, key, milliseconds, conditions) {
    expireKey(c, key, expireDeadline(milliseconds, 'milliseconds', c.now, 'pexpire', conditions), conditions)
  },
})
