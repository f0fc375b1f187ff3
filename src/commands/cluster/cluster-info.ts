import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER INFO',
  since: '3.0.0',
  summary: 'Describes the state of the cluster.',
  flags: 'stale',
  tips: ['nondeterministic_output'],
  arity: 2,
})
