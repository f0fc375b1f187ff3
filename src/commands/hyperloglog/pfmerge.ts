import { E } from '../../resp/errors.ts'
import { anyNumberOf, key, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { DENSE, mergeInto, REGISTERS, raiseRegisters, toDense } from '../../types/hyperloglog.ts'
import { createHyperLogLog, dataOf, editHyperLogLog, readHyperLogLog } from './shared.ts'

export default command({
  name: 'PFMERGE',
  group: 'hyperloglog',
  since: '2.8.9',
  summary: 'Merges HyperLogLogs into one, which keeps what it has.',
  complexity: 'O(N), N being the number of HyperLogLogs',
  flags: 'write denyoom',
  args: [
    key('destkey', 'RW access insert'),
    likened(anyNumberOf(key('sourcekey', 'RO access')), many(key('sourcekey', 'RO access'))),
  ],
  reply: status('OK'),
  run(c, destination, sources) {
    const registers = new Uint8Array(REGISTERS)
    let dense = false
    for (const key of [destination, ...sources]) {
      const found = readHyperLogLog(c, key)
      if (found === undefined) continue
      const data = dataOf(found)
      if (data[4] === DENSE) dense = true
      if (!mergeInto(registers, data)) throw E.hllCorrupt
    }
    const hll = editHyperLogLog(c, destination) ?? createHyperLogLog(c, destination)
    if (dense) toDense(hll)
    raiseRegisters(hll, registers, c.store.limits.hllSparseMaxBytes)
    c.db.changed(destination, 'pfadd')
    c.reply.ok()
  },
})
