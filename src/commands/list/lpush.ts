import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { pushAll } from './shared.ts'

export default command({
  name: 'LPUSH',
  group: 'list',
  since: '1.0.0',
  summary: 'Puts elements before the first one of a list, creating it if need be.',
  complexity: 'O(1) for each element',
  flags: 'write denyoom fast',
  args: [key('key', 'RW insert'), many(bytes('element'))],
  reply: integer('the length of the list after it'),
  history: [['2.4.0', 'Takes several elements.']],
  run(c, key, elements) {
    pushAll(c, key, elements, 'left', false)
  },
})
