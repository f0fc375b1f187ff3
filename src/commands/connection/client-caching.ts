import { E } from '../../resp/errors.ts'
import { choice, likened, parsed } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

/** Null for any other word: whether the client tracks is looked at first. */
const mode = likened(
  parsed('mode', (text) => {
    const word = text.toLowerCase()
    return word === 'yes' || word === 'no' ? word : null
  }),
  choice('mode', { yes: 'YES', no: 'NO' }),
)

export default command({
  name: 'CLIENT CACHING',
  group: 'connection',
  since: '6.0.0',
  summary: 'Says whether the keys of the next command are cached, where tracking leaves that open.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [mode],
  reply: status('OK'),
  run(c, mode) {
    const { tracking } = c.session
    if (tracking === null) throw E.cachingWithoutTracking
    if (mode === null) throw E.syntax
    if (mode === 'yes' && !tracking.optIn) throw E.cachingYes
    if (mode === 'no' && !tracking.optOut) throw E.cachingNo
    tracking.caching = true
    c.reply.ok()
  },
})
