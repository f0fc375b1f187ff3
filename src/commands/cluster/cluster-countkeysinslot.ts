import { int } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER COUNTKEYSINSLOT',
  since: '3.0.0',
  summary: 'Counts the keys in a hash slot.',
  flags: 'stale',
  arity: 3,
  args: [int('slot')],
})
