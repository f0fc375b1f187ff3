import { int, many } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER DELSLOTSRANGE',
  since: '7.0.0',
  summary: 'Takes ranges of hash slots from this node.',
  flags: 'admin stale no_async_loading',
  arity: -4,
  args: [many(int('start-slot'), int('end-slot'))],
})
