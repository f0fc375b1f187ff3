import { E } from '../../resp/errors.ts'
import { key, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { deadlineOf, getexExpiry } from './shared.ts'

const invalidExpire = E.invalidExpire('getex')

export default command({
  name: 'GETEX',
  group: 'string',
  since: '6.2.0',
  summary: 'Returns the value of a key and sets or removes its time to live.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW access update', { notes: 'Changes the time to live.' }), options({ expiry: getexExpiry })],
  reply: bulk('the value, or null'),
  run(c, key, { expiry }) {
    const { db } = c
    const value = db.strings.get(key)
    if (value === undefined) return c.reply.null()
    if (expiry === null) return c.reply.value(value)
    if (expiry.is === 'persist') {
      if (db.persist(key)) {
        c.propagate.as('PERSIST', key)
        db.changed(key, 'persist')
      }
      return c.reply.value(value)
    }
    const deadline = deadlineOf(expiry.is, expiry.value, c.now, invalidExpire)
    if (deadline <= c.now && c.store.expiryMode === 'remove') {
      db.delete(key)
      c.propagate.as('DEL', key)
      db.changed(key, 'del')
    } else {
      db.setExpireAt(key, deadline)
      c.propagate.as('PEXPIREAT', key, String(deadline))
      db.changed(key, 'expire')
    }
    c.reply.value(value)
  },
})
