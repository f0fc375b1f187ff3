import { container } from '../../spec/command.ts'

export default container({
  name: 'CLUSTER',
  group: 'cluster',
  since: '3.0.0',
  helpSince: '5.0.0',
  summary: 'Holds the commands about a cluster, which this server is not part of.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
