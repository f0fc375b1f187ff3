import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'COMMAND COUNT',
  group: 'server',
  since: '2.8.13',
  summary: 'Returns the number of commands.',
  complexity: 'O(1)',
  flags: 'loading stale',
  categories: '@connection',
  args: [],
  reply: integer('commands, subcommands not counted'),
  run(c) {
    c.reply.int(c.server.table.all.length)
  },
})
