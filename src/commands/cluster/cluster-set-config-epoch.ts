import { int } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER SET-CONFIG-EPOCH',
  since: '3.0.0',
  summary: 'Sets the configuration epoch of a new node.',
  flags: 'admin stale no_async_loading',
  arity: 3,
  args: [int('config-epoch')],
})
