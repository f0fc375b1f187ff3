import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'
import { replyCommandDocs } from './shared-docs.ts'

export default command({
  name: 'COMMAND DOCS',
  group: 'server',
  since: '7.0.0',
  summary: 'Documents the named commands: summary, group, arguments.',
  complexity: 'O(N), N being the number of names',
  flags: 'loading stale',
  categories: '@connection',
  tips: ['nondeterministic_output_order'],
  args: [anyNumberOf(bytes('command-name'))],
  reply: map('command names and their documentation'),
  run(c, names) {
    const { table } = c.server
    const commands = names.length === 0 ? table.all : names.flatMap((name) => table.getFull(name) ?? [])
    c.reply.map(commands.length)
    for (const each of commands) {
      c.reply.bulk(each.name)
      replyCommandDocs(c, each)
    }
  },
})
