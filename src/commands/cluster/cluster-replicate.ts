import { bytes } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER REPLICATE',
  since: '3.0.0',
  summary: 'Makes this node a replica of another.',
  flags: 'admin stale no_async_loading',
  arity: 3,
  args: [bytes('node-id')],
})
