import { bytes } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER FORGET',
  since: '3.0.0',
  summary: 'Removes a node from the cluster.',
  flags: 'admin stale no_async_loading',
  arity: 3,
  args: [bytes('node-id')],
})
