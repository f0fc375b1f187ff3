import { E } from '../../resp/errors.ts'
import { container } from '../../spec/command.ts'

export default container(
  {
    name: 'DEBUG',
    group: 'server',
    system: true,
    since: '1.0.0',
    summary: 'Holds commands for testing the server; see enable-debug-command.',
    complexity: 'Depends on the subcommand',
    flags: 'admin noscript loading stale',
  },
  E.debugSubcommand,
  E.debugSubcommand,
)
