import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { type Form, search, searchArgument } from './shared-search.ts'

const form: Form = { centre: 'member', store: 'words' }

export default command({
  name: 'GEORADIUSBYMEMBER',
  group: 'geo',
  since: '3.2.0',
  summary: 'Returns or stores the members within a distance of another one.',
  complexity: 'O(N+log(M)), N being the members in the cells around the area, M those inside it',
  flags: 'write denyoom',
  args: [key('key', 'RO access'), searchArgument(form)],
  reply: anything('members, each with what the WITH options ask for; how many were stored with STORE or STOREDIST'),
  deprecatedSince: '6.2.0',
  replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments',
  history: [['7.0.0', 'Reads unit names in upper case, too.']],
  run(c, key, argv) {
    search(c, argv, form, { key, wordsAt: 2 })
  },
})
