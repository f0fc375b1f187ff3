import { int, many } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER DELSLOTS',
  since: '3.0.0',
  summary: 'Takes hash slots from this node.',
  flags: 'admin stale no_async_loading',
  arity: -3,
  args: [many(int('slot'))],
})
