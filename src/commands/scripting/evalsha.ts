import { bytes } from '../../spec/args.ts'
import { evaluating } from './shared.ts'

export default evaluating(
  {
    name: 'EVALSHA',
    group: 'scripting',
    since: '2.6.0',
    summary: 'Runs a Lua script that the server keeps, by its SHA1.',
    complexity: 'Depends on the script.',
    flags: 'noscript stale skip_monitor no_mandatory_keys may_replicate',
  },
  bytes('sha1'),
  'RW access update',
  (c, argv) => c.server.scripting.eval(c.session, argv, true, false),
)
