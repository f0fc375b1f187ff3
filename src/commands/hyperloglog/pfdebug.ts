import { E } from '../../resp/errors.ts'
import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { denseRegister, encodingOf, REGISTERS, SPARSE, toDense } from '../../types/hyperloglog.ts'
import { describeRuns } from '../../types/hyperloglog-sparse.ts'
import { editHyperLogLog } from './shared.ts'

export default command({
  name: 'PFDEBUG',
  group: 'hyperloglog',
  system: true,
  since: '2.8.9',
  summary: 'Shows the registers, the runs or the encoding of a HyperLogLog, or makes it dense.',
  complexity: 'O(1)',
  flags: 'write denyoom admin',
  args: [bytes('subcommand'), key('key', 'RW access')],
  reply: anything('GETREG: the registers; DECODE: the runs; ENCODING: its name; TODENSE: 1 when it was sparse'),
  run(c, subcommand, key) {
    const hll = editHyperLogLog(c, key)
    if (hll === undefined) throw E.hllNoKey
    const sparse = encodingOf(hll) === SPARSE
    switch (subcommand.toUpperCase()) {
      case 'GETREG':
      case 'TODENSE':
        if (!toDense(hll)) throw E.hllCorrupt
        if (sparse) c.db.changed(key, '')
        if (subcommand.toUpperCase() === 'TODENSE') return c.reply.int(sparse ? 1 : 0)
        c.reply.array(REGISTERS)
        for (let i = 0; i < REGISTERS; i++) c.reply.int(denseRegister(hll, i))
        return
      case 'DECODE':
        if (!sparse) throw E.hllNotSparse
        return c.reply.bulk(describeRuns(hll.buffer()))
      case 'ENCODING':
        return c.reply.status(sparse ? 'sparse' : 'dense')
      default:
        throw E.hllDebug(subcommand)
    }
  },
})
