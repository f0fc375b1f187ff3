import { E } from '../../resp/errors.ts'
import { bytes, flag, type KeyAccess, key, oneOf, options, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { deadlineOf, setExpiry, stored } from './shared.ts'

const invalidExpire = E.invalidExpire('set')

/** GET may stand anywhere behind the value. */
function setAccess(argv: readonly string[]): KeyAccess {
  for (let i = 3; i < argv.length; i++) if (argv[i].toUpperCase() === 'GET') return 'RW access update'
  return 'OW update'
}

export default command({
  name: 'SET',
  group: 'string',
  since: '1.0.0',
  summary: 'Sets the string value of a key, whatever it held; with options for conditions and time to live.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  args: [
    key('key', 'RW access update', { notes: 'Without GET nothing is read.', varies: setAccess }),
    bytes('value'),
    options({
      condition: since('2.6.12', oneOf('condition', { nx: 'NX', xx: 'XX' })),
      get: since('6.2.0', flag('GET')),
      expiry: setExpiry,
    }),
  ],
  reply: anything('OK; null when the condition was not met; the old value with GET'),
  history: [
    ['2.6.12', 'Has EX, PX, NX and XX.'],
    ['6.0.0', 'Has KEEPTTL.'],
    ['6.2.0', 'Has GET, EXAT and PXAT.'],
    ['7.0.0', 'NX and GET go together.'],
  ],
  run(c, key, value, { condition, get, expiry }) {
    const { db, reply } = c
    const deadline =
      expiry === null || expiry.is === 'keepttl' ? -1 : deadlineOf(expiry.is, expiry.value, c.now, invalidExpire)
    const old = get ? db.strings.get(key) : undefined
    if (condition !== null && db.peekHas(key) === (condition === 'nx')) {
      if (old !== undefined) reply.value(old)
      else reply.null()
      return
    }
    db.set(key, stored(value), expiry?.is === 'keepttl')
    if (deadline !== -1) {
      db.setExpireAt(key, deadline)
      c.propagate.as('SET', key, value, 'PXAT', String(deadline))
    }
    db.changed(key, 'set')
    if (deadline !== -1) db.notify(key, 'expire')
    if (!get) reply.ok()
    else if (old !== undefined) reply.value(old)
    else reply.null()
  },
})
