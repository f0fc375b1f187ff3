import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'

export default command({
  name: 'LASTSAVE',
  group: 'server',
  since: '1.0.0',
  summary: 'Returns when the dump file was last written.',
  complexity: 'O(1)',
  flags: 'loading stale fast',
  categories: '@admin @dangerous',
  tips: ['nondeterministic_output'],
  args: [],
  reply: integer('Unix seconds'),
  run(c) {
    c.reply.int(Math.floor(c.server.persistence.lastSaveAt / 1000))
  },
})
