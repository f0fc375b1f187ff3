import { bytes, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'SCRIPT EXISTS',
  group: 'scripting',
  since: '2.6.0',
  summary: 'Tells of scripts whether the server keeps them.',
  complexity: 'O(N), N being the number of scripts asked for.',
  flags: 'noscript',
  categories: '@scripting',
  tips: ['request_policy:all_shards', 'response_policy:agg_logical_and'],
  args: [many(bytes('sha1'))],
  reply: array('1 or 0 per script'),
  run(c, shas) {
    c.reply.array(shas.length)
    for (const sha of shas) c.reply.int(c.server.scripting.has(sha) ? 1 : 0)
  },
})
