import { int, many } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER ADDSLOTSRANGE',
  since: '7.0.0',
  summary: 'Gives ranges of hash slots to this node.',
  flags: 'admin stale no_async_loading',
  arity: -4,
  args: [many(int('start-slot'), int('end-slot'))],
})
