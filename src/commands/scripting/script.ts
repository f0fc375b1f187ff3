import { container } from '../../spec/command.ts'

export default container({
  name: 'SCRIPT',
  group: 'scripting',
  since: '2.6.0',
  summary: 'Holds the commands about the scripts the server keeps.',
  complexity: 'Depends on the subcommand',
  flags: '',
  helpSince: '5.0.0',
})
