import { container } from '../../spec/command.ts'

export default container({
  name: 'OBJECT',
  group: 'generic',
  since: '2.2.3',
  helpSince: '6.2.0',
  summary: 'Holds the commands that look at how a value is kept.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
