import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER SHARDS',
  since: '7.0.0',
  summary: 'Maps hash slots to shards.',
  flags: 'stale',
  tips: ['nondeterministic_output'],
  arity: 2,
})
