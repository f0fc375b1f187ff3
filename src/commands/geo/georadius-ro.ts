import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { type Form, search, searchArgument } from './shared-search.ts'

const form: Form = { centre: 'place', store: 'never' }

export default command({
  name: 'GEORADIUS_RO',
  group: 'geo',
  since: '3.2.10',
  summary: 'Returns the members within a distance of a place.',
  complexity: 'O(N+log(M)), N being the members in the cells around the area, M those inside it',
  flags: 'readonly',
  args: [key('key', 'RO access'), searchArgument(form)],
  reply: array('members, each with what the WITH options ask for'),
  deprecatedSince: '6.2.0',
  replacedBy: '`GEOSEARCH` with the `BYRADIUS` argument',
  history: [['6.2.0', 'COUNT can be followed by ANY.']],
  run(c, key, argv) {
    search(c, argv, form, { key, wordsAt: 2 })
  },
})
