import { anyNumberOf, bytes, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { accessFlags, keysOfRequest } from './shared-command.ts'

export default command({
  name: 'COMMAND GETKEYSANDFLAGS',
  group: 'server',
  since: '7.0.0',
  summary: 'Returns the keys of a whole request and what it does to each.',
  complexity: 'O(N), N being the number of arguments',
  flags: 'loading stale',
  categories: '@connection',
  arity: -4,
  args: [likened(many(bytes('word')), bytes('command'), anyNumberOf(bytes('arg')))],
  reply: array('pairs of a key and its flags'),
  run(c, words) {
    const keys = keysOfRequest(c, words)
    c.reply.array(keys.length)
    for (const { index, access } of keys) {
      const flags = accessFlags(access)
      c.reply.array(2)
      c.reply.bulk(words[index])
      c.reply.set(flags.length)
      for (const flag of flags) c.reply.status(flag)
    }
  },
})
