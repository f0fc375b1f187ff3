import { E } from '../../resp/errors.ts'
import { choice } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT CACHING',
  group: 'connection',
  since: '6.0.0',
  summary: 'Says whether the keys of the next command are cached, where tracking leaves that open.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [choice('mode', { yes: 'YES', no: 'NO' })],
  reply: status('OK'),
  run(c, mode) {
    const { tracking } = c.session
    if (tracking === null) throw E.cachingWithoutTracking
    if (mode === 'yes' && !tracking.optIn) throw E.cachingYes
    if (mode === 'no' && !tracking.optOut) throw E.cachingNo
    tracking.caching = true
    c.reply.ok()
  },
})
