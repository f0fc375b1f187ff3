import { anyNumberOf, bytes, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { keysOfRequest } from './shared-command.ts'

export default command({
  name: 'COMMAND GETKEYS',
  group: 'server',
  since: '2.8.13',
  summary: 'Returns the keys of a whole request.',
  complexity: 'O(N), N being the number of arguments',
  flags: 'loading stale',
  categories: '@connection',
  arity: -4,
  args: [likened(many(bytes('word')), bytes('command'), anyNumberOf(bytes('arg')))],
  reply: array('keys'),
  run(c, words) {
    const keys = keysOfRequest(c, words)
    c.reply.array(keys.length)
    for (const { index } of keys) c.reply.bulk(words[index])
  },
})
