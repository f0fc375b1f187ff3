import { container } from '../../spec/command.ts'

export default container({
  name: 'PUBSUB',
  group: 'pubsub',
  since: '2.8.0',
  helpSince: '6.2.0',
  categories: '-@pubsub',
  summary: 'Holds the commands about channels and who listens to them.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
