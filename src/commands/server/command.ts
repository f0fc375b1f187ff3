import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { replyCommandInfo } from './shared-command.ts'

const base = command({
  name: 'COMMAND',
  group: 'server',
  since: '2.8.13',
  summary: 'Describes all commands: arity, flags, key positions.',
  complexity: 'O(N), N being the number of commands',
  flags: 'loading stale',
  categories: '@connection',
  helpSince: '5.0.0',
  tips: ['nondeterministic_output_order'],
  arity: -1,
  args: [],
  reply: array('a description per command'),
  run(c) {
    c.reply.array(c.server.table.all.length)
    for (const each of c.server.table.all) replyCommandInfo(c, each)
  },
})

/** A command of its own that also holds subcommands. */
export default { ...base, subcommands: new Map() }
