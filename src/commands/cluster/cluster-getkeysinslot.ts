import { int } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER GETKEYSINSLOT',
  since: '3.0.0',
  summary: 'Lists keys in a hash slot.',
  flags: 'stale',
  tips: ['nondeterministic_output'],
  arity: 4,
  args: [int('slot'), int('count')],
})
