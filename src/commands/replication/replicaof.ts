import { bytes, likened } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { masterWords, replicaOf } from './shared.ts'

export default command({
  name: 'REPLICAOF',
  group: 'server',
  since: '5.0.0',
  summary: 'Makes this server a replica of another, or with NO ONE a master.',
  complexity: 'O(1)',
  flags: 'admin noscript stale no_async_loading',
  args: [likened(bytes('host'), masterWords), likened(bytes('port'))],
  reply: status('OK'),
  run: replicaOf,
})
