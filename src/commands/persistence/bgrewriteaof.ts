import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'BGREWRITEAOF',
  group: 'server',
  since: '1.0.0',
  summary: 'Rewrites the append-only file in the background, so that it holds no more than the data needs.',
  complexity: 'O(1); the work is O(N), N being the number of keys',
  flags: 'admin noscript no_async_loading',
  args: [],
  reply: status('what was done'),
  run(c) {
    const what = c.server.persistence.aof.requestRewrite()
    if (what === 'busy') throw E.aofRewriteInProgress
    if (what === 'failed') throw E.aofRewriteFailed
    c.reply.status(`Background append only file rewriting ${what}`)
  },
})
