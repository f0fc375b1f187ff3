import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER SAVECONFIG',
  since: '3.0.0',
  summary: 'Writes the configuration of the cluster to disk.',
  flags: 'admin stale no_async_loading',
  arity: 2,
})
