import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER BUMPEPOCH',
  since: '3.0.0',
  summary: 'Raises the configuration epoch of the cluster.',
  flags: 'admin stale no_async_loading',
  tips: ['nondeterministic_output'],
  arity: 2,
})
