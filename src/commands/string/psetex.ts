import { E } from '../../resp/errors.ts'
import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { deadlineOf, stored } from './shared.ts'

const invalidExpire = E.invalidExpire('psetex')

export default command({
  name: 'PSETEX',
  group: 'string',
  since: '2.6.0',
  summary: 'Sets a key and its time to live in milliseconds.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  args: [key('key', 'OW update'), shown(bytes('milliseconds'), { type: 'integer' }), bytes('value')],
  reply: status('OK'),
  run(c, key, milliseconds, value) {
    const deadline = deadlineOf('px', milliseconds, c.now, invalidExpire)
    c.db.set(key, stored(value))
    c.db.setExpireAt(key, deadline)
    c.propagate.as('SET', key, value, 'PXAT', String(deadline))
    c.db.changed(key, 'set')
    c.db.notify(key, 'expire')
    c.reply.ok()
  },
})
