import { E } from '../../resp/errors.ts'
import { bytes, named, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'
import { aclCategories } from './shared-command.ts'

export default command({
  name: 'COMMAND LIST',
  group: 'server',
  since: '7.0.0',
  summary: 'Lists the names of the commands, all or by category or pattern.',
  complexity: 'O(N), N being the number of commands',
  flags: 'loading stale',
  categories: '@connection',
  tips: ['nondeterministic_output_order'],
  args: [options({ filter: named('FILTERBY', bytes('filter'), bytes('value')) })],
  reply: array('names; subcommands as container|name'),
  run(c, { filter }) {
    let wanted = (_name: string, _categories: readonly string[]) => true
    if (filter !== null) {
      const value = filter[1].toLowerCase()
      switch (filter[0].toUpperCase()) {
        case 'ACLCAT':
          wanted = (_name, categories) => categories.includes(`@${value}`)
          break
        case 'PATTERN':
          wanted = (name) => globMatch(value, name, true)
          break
        case 'MODULE':
          wanted = () => false
          break
        default:
          throw E.syntax
      }
    }
    const names: string[] = []
    for (const each of c.server.table.each()) if (wanted(each.name, aclCategories(each))) names.push(each.name)
    c.reply.array(names.length)
    for (const name of names) c.reply.bulk(name)
  },
})
