import { container } from '../../spec/command.ts'

export default container({
  name: 'MEMORY',
  group: 'server',
  since: '4.0.0',
  summary: 'Holds the commands about memory.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
