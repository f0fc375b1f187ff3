import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { type Form, search, searchArgument } from './shared-search.ts'

const form: Form = { centre: 'member', store: 'never' }

export default command({
  name: 'GEORADIUSBYMEMBER_RO',
  group: 'geo',
  since: '3.2.10',
  summary: 'Returns the members within a distance of another one.',
  complexity: 'O(N+log(M)), N being the members in the cells around the area, M those inside it',
  flags: 'readonly',
  args: [key('key', 'RO access'), searchArgument(form)],
  reply: array('members, each with what the WITH options ask for'),
  deprecatedSince: '6.2.0',
  replacedBy: '`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments',
  run(c, key, argv) {
    search(c, argv, form, { key, wordsAt: 2 })
  },
})
