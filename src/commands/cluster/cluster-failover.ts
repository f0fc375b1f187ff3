import { oneOf } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER FAILOVER',
  since: '3.0.0',
  summary: 'Makes this replica the master of its slots.',
  flags: 'admin stale no_async_loading',
  arity: -2,
  args: [oneOf('options', { force: 'FORCE', takeover: 'TAKEOVER' })],
})
