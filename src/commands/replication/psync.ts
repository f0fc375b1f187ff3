import { E } from '../../resp/errors.ts'
import { bytes, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'

export default command({
  name: 'PSYNC',
  group: 'server',
  since: '2.8.0',
  summary: 'Makes this connection a replica, from an offset of a known history or with a full copy.',
  complexity: 'O(1)',
  flags: 'admin noscript no_async_loading no_multi',
  arity: -3,
  args: [bytes('replicationid'), shown(bytes('offset'), { type: 'integer' })],
  reply: anything('+CONTINUE or +FULLRESYNC, then the stream'),
  run(c, id, offset) {
    const from = parseInteger(offset)
    if (from !== from) throw E.notInteger
    c.server.replication.psync(c.session, id, from)
  },
})
