import { bytes, int, optional, since } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER MEET',
  since: '3.0.0',
  summary: 'Introduces a node to the cluster.',
  flags: 'admin stale no_async_loading',
  history: [['4.0.0', 'Has the port of the cluster bus.']],
  arity: -4,
  args: [bytes('ip'), int('port'), since('4.0.0', optional(int('cluster_bus_port')))],
})
