import { ReplyError } from '../../resp/errors.ts'
import { flag, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG RELOAD',
  group: 'server',
  since: '1.0.0',
  summary: 'Saves a dump and loads it again.',
  complexity: 'O(N), N being the size of the data',
  flags: 'admin noscript loading stale',
  args: [options({ merge: flag('MERGE'), noFlush: flag('NOFLUSH'), noSave: flag('NOSAVE') })],
  reply: status('OK'),
  run(c, { merge, noFlush, noSave }) {
    allowDebug(c)
    const error = c.server.persistence.reload({ save: !noSave, flush: !noFlush, merge })
    if (error !== null) throw new ReplyError(`ERR Error trying to load the RDB dump: ${error}`)
    c.reply.ok()
  },
})
