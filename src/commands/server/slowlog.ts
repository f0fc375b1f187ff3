import { container } from '../../spec/command.ts'

export default container({
  name: 'SLOWLOG',
  group: 'server',
  since: '2.2.12',
  helpSince: '6.2.0',
  summary: 'Holds the commands about the log of slow commands.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
