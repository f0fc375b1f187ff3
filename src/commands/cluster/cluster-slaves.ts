import { bytes } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER SLAVES',
  since: '3.0.0',
  summary: 'Lists the replicas of a node.',
  flags: 'admin stale',
  tips: ['nondeterministic_output'],
  deprecatedSince: '5.0.0',
  replacedBy: '`CLUSTER REPLICAS`',
  arity: 3,
  args: [bytes('node-id')],
})
