import { bytes } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER COUNT-FAILURE-REPORTS',
  since: '3.0.0',
  summary: 'Counts the failure reports about a node.',
  flags: 'admin stale',
  tips: ['nondeterministic_output'],
  arity: 3,
  args: [bytes('node-id')],
})
