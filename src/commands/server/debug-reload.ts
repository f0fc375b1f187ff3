import { ReplyError } from '../../resp/errors.ts'
import { anyNumberOf, bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

const badOption = new ReplyError('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.')

export default command({
  name: 'DEBUG RELOAD',
  group: 'server',
  since: '1.0.0',
  summary: 'Saves a dump and loads it again.',
  complexity: 'O(N), N being the size of the data',
  flags: 'admin noscript loading stale',
  args: [anyNumberOf(bytes('MERGE|NOFLUSH|NOSAVE'))],
  reply: status('OK'),
  run(c, words) {
    allowDebug(c)
    const options = new Set(words.map((word) => word.toUpperCase()))
    const merge = options.delete('MERGE')
    const noFlush = options.delete('NOFLUSH')
    const noSave = options.delete('NOSAVE')
    if (options.size > 0) throw badOption
    c.propagate.none()
    const error = c.server.persistence.reload({ save: !noSave, flush: !noFlush, merge })
    if (error !== null) throw new ReplyError(`ERR Error trying to load the RDB dump: ${error}`)
    c.reply.ok()
  },
})
