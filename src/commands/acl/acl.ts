import { container } from '../../spec/command.ts'

export default container({
  name: 'ACL',
  group: 'server',
  since: '6.0.0',
  summary: 'Holds the commands about users and what they may do.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
