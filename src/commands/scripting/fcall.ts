import { bytes } from '../../spec/args.ts'
import { evaluating } from './shared.ts'

export default evaluating(
  {
    name: 'FCALL',
    group: 'scripting',
    since: '7.0.0',
    summary: 'Calls a function.',
    complexity: 'Depends on the function.',
    flags: 'noscript stale skip_monitor no_mandatory_keys may_replicate',
  },
  bytes('function'),
  'RW access update',
  (c, argv) => c.server.scripting.call(c.session, argv, false),
)
