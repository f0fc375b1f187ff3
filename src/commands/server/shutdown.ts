import { E } from '../../resp/errors.ts'
import { flag, oneOf, options, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'SHUTDOWN',
  group: 'server',
  since: '1.0.0',
  summary: 'Saves if configured, closes everything and ends the process.',
  complexity: 'O(N) when saving, N being the number of keys',
  flags: 'admin noscript loading stale no_multi allow_busy',
  args: [
    options({
      save: oneOf('nosave_save', { nosave: 'NOSAVE', save: 'SAVE' }),
      now: since('7.0.0', flag('NOW')),
      force: since('7.0.0', flag('FORCE')),
      abort: since('7.0.0', flag('ABORT')),
    }),
  ],
  reply: anything('nothing when it succeeds; OK with ABORT; an error when it fails'),
  history: [['7.0.0', 'Has NOW, FORCE and ABORT.']],
  run(c, { save, now, force, abort }) {
    if (abort && (save !== null || now || force)) throw E.syntax
    if (abort) {
      if (!c.server.abortShutdown()) throw E.noShutdownInProgress
      return c.reply.ok()
    }
    c.server.shutdown(c.session, { save, now, force })
  },
})
