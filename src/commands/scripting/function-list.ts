import { E } from '../../resp/errors.ts'
import { FLAG_NAMES } from '../../scripting/script-flags.ts'
import { bytes, custom, flag, named } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'

export default command({
  name: 'FUNCTION LIST',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Describes the function libraries.',
  complexity: 'O(N), N being the number of functions.',
  flags: 'noscript',
  categories: '@scripting',
  tips: ['nondeterministic_output_order'],
  args: [
    custom('options', {
      like: [named('LIBRARYNAME', bytes('library-name-pattern')), flag('WITHCODE')],
      min: 0,
      read(argv, from) {
        let name: string | null = null
        let withCode = false
        for (let i = from; i < argv.length; i++) {
          const word = argv[i].toUpperCase()
          if (word === 'WITHCODE' && !withCode) withCode = true
          else if (word === 'LIBRARYNAME' && name === null) {
            if (++i === argv.length) throw E.functionListNameMissing
            name = argv[i]
          } else throw E.functionListOption(argv[i])
        }
        return { value: { name, withCode }, next: argv.length }
      },
    }),
  ],
  reply: array('a map per library'),
  run(c, { name, withCode }) {
    const { reply } = c
    const libraries = [...c.server.scripting.libraries.set.libraries.values()].filter(
      (library) => name === null || globMatch(name, library.name, true),
    )
    reply.array(libraries.length)
    for (const library of libraries) {
      reply.map(withCode ? 4 : 3)
      reply.bulk('library_name')
      reply.bulk(library.name)
      reply.bulk('engine')
      reply.bulk('LUA')
      reply.bulk('functions')
      reply.array(library.functions.size)
      for (const fn of library.functions.values()) {
        reply.map(3)
        reply.bulk('name')
        reply.bulk(fn.name)
        reply.bulk('description')
        if (fn.description === null) reply.null()
        else reply.bulk(fn.description)
        reply.bulk('flags')
        const flags = FLAG_NAMES.filter(([, bit]) => (fn.flags & bit) !== 0)
        reply.set(flags.length)
        for (const [flag] of flags) reply.status(flag)
      }
      if (withCode) {
        reply.bulk('library_code')
        reply.bulk(library.source)
      }
    }
  },
})
