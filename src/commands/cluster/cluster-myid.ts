import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER MYID',
  since: '3.0.0',
  summary: 'Tells the id of this node.',
  flags: 'stale',
  arity: 2,
})
