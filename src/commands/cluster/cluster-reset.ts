import { oneOf } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER RESET',
  since: '3.0.0',
  summary: 'Makes this node forget the cluster.',
  flags: 'admin noscript stale',
  arity: -2,
  args: [oneOf('hard_soft', { hard: 'HARD', soft: 'SOFT' })],
})
