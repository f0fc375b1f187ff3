import { container } from '../../spec/command.ts'

export default container({
  name: 'LATENCY',
  group: 'server',
  since: '2.8.13',
  summary: 'Holds the commands about where time goes.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
