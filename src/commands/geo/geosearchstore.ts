import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { type Form, search, searchArgument } from './shared-search.ts'

const form: Form = { centre: 'options', store: 'always' }

export default command({
  name: 'GEOSEARCHSTORE',
  group: 'geo',
  since: '6.2.0',
  summary: 'Stores the members in a circle or a box.',
  complexity: 'O(N+log(M)), N being the members in the cells around the area, M those inside it',
  flags: 'write denyoom',
  args: [key('destination', 'OW update'), key('source', 'RO access'), searchArgument(form)],
  reply: integer('the number of members stored'),
  history: [['7.0.0', 'Reads unit names in upper case, too.']],
  run(c, destination, source, argv) {
    search(c, argv, form, { key: source, wordsAt: 3 }, destination)
  },
})
