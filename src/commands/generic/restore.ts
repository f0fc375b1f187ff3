import { RdbFormatError } from '../../rdb/format.ts'
import { checkDumpFooter, parseDumpPayload } from '../../rdb/parser.ts'
import { storedValue } from '../../rdb/value.ts'
import { E } from '../../resp/errors.ts'
import { bytes, flag, int, key, named, options, shown, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { status } from '../../spec/reply-shape.ts'
import { accessFrom } from '../../store/access.ts'
import type { Value } from '../../types/value.ts'
import { parseInt64Exact } from '../../util/numbers.ts'

/** The value in a payload; throws what Redis replies to a bad one. */
function valueIn(c: Context, payload: string): Value {
  const buffer = Buffer.from(payload, 'latin1')
  if (!checkDumpFooter(buffer)) throw E.dumpPayload
  try {
    const value = storedValue(parseDumpPayload(buffer), c.store.limits)
    if (typeof value === 'object' && 'refused' in value) throw E.badDataFormat
    return value
  } catch (error) {
    throw error instanceof RdbFormatError ? E.badDataFormat : error
  }
}

export default command({
  name: 'RESTORE',
  group: 'generic',
  since: '2.6.0',
  summary: 'Creates a key from a payload of DUMP.',
  complexity: 'O(N), N being the size of the value',
  flags: 'write denyoom',
  categories: '@keyspace @dangerous',
  args: [
    key('key', 'OW update'),
    shown(bytes('ttl'), { type: 'integer' }),
    bytes('serialized-value'),
    options({
      replace: since('3.0.0', flag('REPLACE')),
      absttl: since('5.0.0', flag('ABSTTL')),
      idletime: since('5.0.0', named('IDLETIME', int('seconds', { min: 0, rangeError: E.restoreIdletime }))),
      freq: since('5.0.0', named('FREQ', int('frequency', { min: 0, max: 255, rangeError: E.restoreFreq }))),
    }),
  ],
  reply: status('OK'),
  history: [
    ['3.0.0', 'Has REPLACE.'],
    ['5.0.0', 'Has ABSTTL.'],
    ['5.0.0', 'Has IDLETIME and FREQ.'],
  ],
  run(c, key, ttlText, payload, { replace, absttl, idletime, freq }) {
    const { db } = c
    if (!replace && db.peekHas(key)) throw E.busyKey
    const ttl = parseInt64Exact(ttlText)
    if (ttl === null) throw E.notInteger
    if (ttl < 0) throw E.restoreTtl
    const value = valueIn(c, payload)
    const wanted = Number(ttl) + (absttl ? 0 : c.now)
    const deadline = ttl === 0 || ttl === 0n ? -1 : Math.min(wanted, Number.MAX_SAFE_INTEGER)
    const existed = db.delete(key)
    if (deadline !== -1 && deadline <= c.now && c.store.expiryMode === 'remove') {
      // Dead on arrival: nothing is created, and what was replaced is gone.
      if (existed) {
        c.propagate.as('DEL', key)
        db.changed(key, 'del')
      }
      return c.reply.ok()
    }
    const slot = db.insert(key, value)
    db.keyspace.setAccess(slot, accessFrom(c.store, idletime, freq))
    if (deadline !== -1) {
      db.setExpireAt(key, deadline)
      const access = [
        ...(idletime === null ? [] : ['IDLETIME', String(idletime)]),
        ...(freq === null ? [] : ['FREQ', String(freq)]),
      ]
      // With ABSTTL the request itself is fit for replicas.
      if (!absttl)
        c.propagate.as('RESTORE', key, String(deadline), payload, ...(replace ? ['REPLACE'] : []), 'ABSTTL', ...access)
    }
    db.changed(key, 'restore')
    c.reply.ok()
  },
})
