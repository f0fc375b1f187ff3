import { dumpPayload } from '../../rdb/writer.ts'
import { E } from '../../resp/errors.ts'
import { anyNumberOf, bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { idleSeconds } from '../../store/access.ts'
import { encodingOf } from '../../types/value.ts'
import { allowDebug } from './shared-debug.ts'

/** Version and checksum of a DUMP payload, which are no part of the value. */
const FOOTER_BYTES = 10

export default command({
  name: 'DEBUG OBJECT',
  group: 'server',
  since: '1.0.0',
  summary: 'Tells how the value at a key is kept.',
  complexity: 'O(N), N being the size of the value',
  flags: 'admin noscript loading stale',
  args: [key('key', 'RO'), anyNumberOf(bytes('fast'))],
  reply: status('encoding, size in a dump, access time'),
  run(c, key) {
    allowDebug(c)
    // A key past its deadline is still there.
    const slot = c.db.keyspace.find(key)
    if (slot < 0) throw E.noSuchKey
    const value = c.db.keyspace.valueAt(slot)
    const access = c.db.keyspace.accessAt(slot)
    const encoding = encodingOf(value, c.store.limits)
    const length = dumpPayload(value).length - FOOTER_BYTES - 1
    const idle = idleSeconds(c.store, access)
    let text = `Value at:0x${slot.toString(16)} refcount:1 encoding:${encoding} serializedlength:${length} lru:${access & 0xffffff} lru_seconds_idle:${idle}`
    if (typeof value === 'object' && value.kind === 'list') text += ` ql_nodes:${value.nodeCount}`
    c.reply.status(text)
  },
})
