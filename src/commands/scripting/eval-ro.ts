import { bytes } from '../../spec/args.ts'
import { evaluating } from './shared.ts'

export default evaluating(
  {
    name: 'EVAL_RO',
    group: 'scripting',
    since: '7.0.0',
    summary: 'Runs a Lua script that writes nothing.',
    complexity: 'Depends on the script.',
    flags: 'readonly noscript stale skip_monitor no_mandatory_keys',
  },
  bytes('script'),
  'RO access',
  (c, argv) => c.server.scripting.eval(c.session, argv, false, true),
)
