import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER NODES',
  since: '3.0.0',
  summary: 'Lists the nodes of the cluster.',
  flags: 'stale',
  tips: ['nondeterministic_output'],
  arity: 2,
})
