import { container } from '../../spec/command.ts'

export default container({
  name: 'CONFIG',
  group: 'server',
  since: '2.0.0',
  helpSince: '5.0.0',
  summary: 'Holds the commands about the configuration.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
