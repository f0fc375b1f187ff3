import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'SYNC',
  group: 'server',
  since: '1.0.0',
  summary: 'Makes this connection a replica with a full copy: the form before PSYNC.',
  complexity: 'O(1)',
  flags: 'admin noscript no_async_loading no_multi',
  args: [],
  reply: anything('the dump, then the stream'),
  run(c) {
    c.server.replication.sync(c.session)
  },
})
