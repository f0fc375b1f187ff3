import { E } from '../../resp/errors.ts'
import { key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'WATCH',
  group: 'transactions',
  since: '2.2.0',
  summary: 'Makes the next EXEC fail if any of these keys changes before it.',
  complexity: 'O(1) for every key',
  flags: 'noscript loading stale fast allow_busy no_multi immediate',
  args: [many(key('key', 'RO'))],
  reply: status('OK'),
  run(c, keys) {
    if (c.session.transaction !== null) throw E.watchInsideMulti
    c.server.transactions.watch(c.session, keys)
    c.reply.ok()
  },
})
