import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { type Form, search, searchArgument } from './shared-search.ts'

const form: Form = { centre: 'options', store: 'never' }

export default command({
  name: 'GEOSEARCH',
  group: 'geo',
  since: '6.2.0',
  summary: 'Returns the members in a circle or a box.',
  complexity: 'O(N+log(M)), N being the members in the cells around the area, M those inside it',
  flags: 'readonly',
  args: [key('key', 'RO access'), searchArgument(form)],
  reply: array('members, each with what the WITH options ask for'),
  history: [['7.0.0', 'Reads unit names in upper case, too.']],
  run(c, key, argv) {
    search(c, argv, form, { key, wordsAt: 2 })
  },
})
