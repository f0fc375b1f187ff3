import { bytes } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER REPLICAS',
  since: '5.0.0',
  summary: 'Lists the replicas of a node.',
  flags: 'admin stale',
  tips: ['nondeterministic_output'],
  arity: 3,
  args: [bytes('node-id')],
})
