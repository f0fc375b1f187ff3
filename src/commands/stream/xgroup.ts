import { container } from '../../spec/command.ts'

export default container({
  name: 'XGROUP',
  group: 'stream',
  since: '5.0.0',
  summary: 'Holds the commands that manage consumer groups.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
