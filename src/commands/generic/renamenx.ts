import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { rename } from './shared-rename.ts'

export default command({
  name: 'RENAMENX',
  group: 'generic',
  since: '1.0.0',
  summary: 'Gives a key another name, only when no key has that name.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW access delete'), key('newkey', 'OW insert')],
  reply: integer('1 when it was renamed, 0 when the new name was taken'),
  history: [['3.2.0', 'Two equal names are no error.']],
  run(c, from, to) {
    c.reply.int(rename(c, from, to, false) ? 1 : 0)
  },
})
