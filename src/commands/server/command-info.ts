import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyCommandInfo } from './shared-command.ts'

export default command({
  name: 'COMMAND INFO',
  group: 'server',
  since: '2.8.13',
  summary: 'Describes the named commands: arity, flags, key positions.',
  complexity: 'O(N), N being the number of names',
  flags: 'loading stale',
  categories: '@connection',
  tips: ['nondeterministic_output_order'],
  args: [anyNumberOf(bytes('command-name'))],
  reply: array('a description per name; null for an unknown one'),
  history: [['7.0.0', 'Without names describes all commands.']],
  run(c, names) {
    const { table } = c.server
    const commands = names.length === 0 ? table.all : names.map((name) => table.getFull(name))
    c.reply.array(commands.length)
    for (const each of commands) {
      if (each === undefined) c.reply.null()
      else replyCommandInfo(c, each)
    }
  },
})
