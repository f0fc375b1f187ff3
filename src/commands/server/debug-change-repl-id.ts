import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG CHANGE-REPL-ID',
  group: 'server',
  since: '3.2.0',
  summary: 'Begins a new replication history, so that replicas need full copies.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('OK'),
  run(c) {
    allowDebug(c)
    c.server.replication.newHistory()
    c.reply.ok()
  },
})
