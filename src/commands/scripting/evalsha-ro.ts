import { bytes } from '../../spec/args.ts'
import { evaluating } from './shared.ts'

export default evaluating(
  {
    name: 'EVALSHA_RO',
    group: 'scripting',
    since: '7.0.0',
    summary: 'Runs a Lua script that the server keeps and that writes nothing, by its SHA1.',
    complexity: 'Depends on the script.',
    flags: 'readonly noscript stale skip_monitor no_mandatory_keys',
  },
  bytes('sha1'),
  'RO access',
  (c, argv) => c.server.scripting.eval(c.session, argv, true, true),
)
