import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { rename } from './shared-rename.ts'

export default command({
  name: 'RENAME',
  group: 'generic',
  since: '1.0.0',
  summary: 'Gives a key another name, replacing whatever had that name.',
  complexity: 'O(1)',
  flags: 'write',
  args: [key('key', 'RW access delete'), key('newkey', 'OW update')],
  reply: status('OK'),
  run(c, from, to) {
    rename(c, from, to, true)
    c.reply.ok()
  },
})
