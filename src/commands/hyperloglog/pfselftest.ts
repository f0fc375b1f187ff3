import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { testHyperLogLog } from '../../types/hyperloglog-self-test.ts'

export default command({
  name: 'PFSELFTEST',
  group: 'hyperloglog',
  system: true,
  since: '2.8.9',
  summary: 'Tests HyperLogLogs: their registers, both encodings against each other, and the error of the estimate.',
  complexity: 'O(1), though some hundred milliseconds long',
  flags: 'admin',
  args: [],
  reply: status('OK, or what failed'),
  run(c) {
    const failure = testHyperLogLog(c.random, c.store.limits.hllSparseMaxBytes)
    if (failure !== null) throw E.hllSelfTest(failure)
    c.reply.ok()
  },
})
