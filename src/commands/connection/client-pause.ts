import { E } from '../../resp/errors.ts'
import { choice, int64, optional, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT PAUSE',
  group: 'connection',
  since: '3.0.0',
  summary: 'Holds all clients back for a time, or only those that write.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [
    int64('timeout', E.timeoutNotInteger),
    since('6.2.0', optional(choice('mode', { write: 'WRITE', all: 'ALL' }, E.pauseMode))),
  ],
  reply: status('OK'),
  history: [['6.2.0', 'Can pause writes alone, by the mode WRITE.']],
  run(c, timeout, mode) {
    if (timeout < 0) throw E.timeoutNegative
    if (typeof timeout === 'bigint') throw E.timeoutOutOfRange
    c.server.pause.start(c.now + timeout, mode !== 'write')
    c.reply.ok()
  },
})
