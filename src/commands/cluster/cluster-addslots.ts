import { int, many } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER ADDSLOTS',
  since: '3.0.0',
  summary: 'Gives hash slots to this node.',
  flags: 'admin stale no_async_loading',
  arity: -3,
  args: [many(int('slot'))],
})
