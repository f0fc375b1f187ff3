import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER FLUSHSLOTS',
  since: '3.0.0',
  summary: 'Takes all hash slots from this node.',
  flags: 'admin stale no_async_loading',
  arity: 2,
})
