import { block, bytes, likened, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'

export default command({
  name: 'CONFIG GET',
  group: 'server',
  since: '2.0.0',
  summary: 'Returns the directives that match glob patterns, and their values.',
  complexity: 'O(N), N being the number of directives',
  flags: 'admin noscript loading stale',
  args: [likened(many(bytes('parameter')), many(block('parameter', bytes('parameter'))))],
  reply: map('names and values'),
  history: [['7.0.0', 'Takes several patterns.']],
  run(c, patterns) {
    const found = c.server.config.get(patterns)
    c.reply.map(found.length)
    for (const [name, value] of found) {
      c.reply.bulk(name)
      c.reply.bulk(value)
    }
  },
})
