import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

export default command({
  name: 'DEBUG LOADAOF',
  group: 'server',
  since: '2.2.0',
  summary: 'Writes out the append-only file, drops all data and loads the file again.',
  complexity: 'O(N), N being the size of the file',
  flags: 'admin noscript loading stale',
  args: [],
  reply: status('OK'),
  run(c) {
    allowDebug(c)
    const error = c.server.persistence.aof.loadNow()
    c.propagate.none()
    if (error !== null) {
      c.server.log.warning(`DEBUG LOADAOF: ${error}`)
      throw E.aofLoadFailed
    }
    c.server.log.warning('Append Only File loaded by DEBUG LOADAOF')
    c.reply.ok()
  },
})
