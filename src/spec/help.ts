/** The HELP subcommand, told from the declarations. The command table gives one to every container by itself. */

import { type Command, command } from './command.ts'
import { array } from './reply-shape.ts'
import { syntaxOf } from './syntax.ts'

/** Makes it. `container.subcommands` is read when it runs, so it may be filled later. */
export function helpCommand(container: Command): Command {
  const { name, group, since, helpSince = since, categories = '' } = container.declaration
  return command({
    name: `${name} HELP`,
    group,
    since: helpSince,
    summary: 'Lists the subcommands, with what each takes and does.',
    complexity: 'O(1)',
    flags: 'loading stale',
    categories,
    args: [],
    reply: array('lines of text'),
    run(c) {
      const lines = [`${name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`]
      const all = [...container.subcommands!.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
      for (const { declaration } of all) {
        lines.push(syntaxOf(declaration.name, declaration.args).slice(name.length + 1), `    ${declaration.summary}`)
      }
      c.reply.array(lines.length)
      for (const line of lines) c.reply.status(line)
    },
  })
}
