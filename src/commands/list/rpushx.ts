import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { pushAll } from './shared.ts'

export default command({
  name: 'RPUSHX',
  group: 'list',
  since: '2.2.0',
  summary: 'Puts elements after the last one of a list that exists.',
  complexity: 'O(1) for each element',
  flags: 'write denyoom fast',
  args: [key('key', 'RW insert'), many(bytes('element'))],
  reply: integer('the length of the list after it; 0 when there is none'),
  history: [['4.0.0', 'Takes several elements.']],
  run(c, key, elements) {
    pushAll(c, key, elements, 'right', true)
  },
})
