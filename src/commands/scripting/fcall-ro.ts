import { bytes } from '../../spec/args.ts'
import { evaluating } from './shared.ts'

export default evaluating(
  {
    name: 'FCALL_RO',
    group: 'scripting',
    since: '7.0.0',
    summary: 'Calls a function that writes nothing.',
    complexity: 'Depends on the function.',
    flags: 'readonly noscript stale skip_monitor no_mandatory_keys',
  },
  bytes('function'),
  'RO access',
  (c, argv) => c.server.scripting.call(c.session, argv, true),
)
