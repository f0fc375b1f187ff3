import { bytes, flag, int, named, needed, titled, variant } from '../../spec/args.ts'
import { clusterCommand } from './shared.ts'

export default clusterCommand({
  name: 'CLUSTER SETSLOT',
  since: '3.0.0',
  summary: 'Binds a hash slot to a node, or begins or ends its migration.',
  flags: 'admin stale no_async_loading',
  arity: -4,
  args: [
    int('slot'),
    needed(
      variant('subcommand', {
        importing: titled('node-id', named('IMPORTING', bytes('node-id'))),
        migrating: titled('node-id', named('MIGRATING', bytes('node-id'))),
        node: titled('node-id', named('NODE', bytes('node-id'))),
        stable: flag('STABLE'),
      }),
    ),
  ],
})
