import { container } from '../../spec/command.ts'

export default container({
  name: 'XINFO',
  group: 'stream',
  since: '5.0.0',
  summary: 'Holds the commands that look into streams.',
  complexity: 'Depends on the subcommand',
  flags: '',
})
