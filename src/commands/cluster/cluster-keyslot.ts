import { bytes } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER KEYSLOT',
  since: '3.0.0',
  summary: 'Tells the hash slot of a key.',
  flags: 'stale',
  arity: 3,
  args: [bytes('key')],
})
