import { E } from '../../resp/errors.ts'
import { bytes, custom, flag } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { Restriction } from '../../spec/restrictions.ts'

export default command({
  name: 'FUNCTION LOAD',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Loads a function library.',
  complexity: 'O(1), compiling the library aside.',
  flags: 'write denyoom noscript',
  categories: '@scripting',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [
    custom('library', {
      like: [flag('REPLACE'), bytes('function-code')],
      min: 1,
      read(argv, from) {
        const last = argv.length - 1
        for (let i = from; i < last; i++) if (argv[i].toUpperCase() !== 'REPLACE') throw E.functionLoadOption(argv[i])
        return { value: { replace: last > from, source: argv[last] }, next: argv.length }
      },
    }),
  ],
  reply: bulk("the library's name"),
  run(c, { replace, source }) {
    const name = c.server.scripting.libraries.load(source, replace, (c.session.restrictions & Restriction.master) !== 0)
    c.store.dirty++
    c.reply.bulk(name)
  },
})
