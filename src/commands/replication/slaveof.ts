import { bytes, likened } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { masterWords, replicaOf } from './shared.ts'

export default command({
  name: 'SLAVEOF',
  group: 'server',
  since: '1.0.0',
  summary: 'The old name of REPLICAOF.',
  complexity: 'O(1)',
  flags: 'admin noscript stale no_async_loading',
  deprecatedSince: '5.0.0',
  replacedBy: 'REPLICAOF',
  args: [likened(bytes('host'), masterWords), likened(bytes('port'))],
  reply: status('OK'),
  run: replicaOf,
})
