import { container } from '../../spec/command.ts'

export default container({
  name: 'CLIENT',
  group: 'connection',
  since: '2.4.0',
  helpSince: '5.0.0',
  summary: 'Holds the commands about client connections.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
