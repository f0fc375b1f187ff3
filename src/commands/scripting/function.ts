import { container } from '../../spec/command.ts'

export default container({
  name: 'FUNCTION',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Holds the commands about function libraries.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
