import { E } from '../../resp/errors.ts'
import { bytes, likened, named, options, pattern, variant } from '../../spec/args.ts'
import { aclCategories } from '../../spec/categories.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'

export default command({
  name: 'COMMAND LIST',
  group: 'server',
  since: '7.0.0',
  summary: 'Lists the names of the commands, all or by category or pattern.',
  complexity: 'O(N), N being the number of commands',
  flags: 'loading stale',
  categories: '@connection',
  tips: ['nondeterministic_output_order'],
  args: [
    likened(
      options({ filter: named('FILTERBY', bytes('filter'), bytes('value')) }),
      named(
        'FILTERBY',
        variant('filterby', {
          module: named('MODULE', bytes('module-name')),
          category: named('ACLCAT', bytes('category')),
          pattern: named('PATTERN', pattern('pattern')),
        }),
      ),
    ),
  ],
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
