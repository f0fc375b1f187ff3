import { E } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'SAVE',
  group: 'server',
  since: '1.0.0',
  summary: 'Writes the dump file while everybody waits.',
  complexity: 'O(N), N being the number of keys',
  flags: 'admin noscript no_async_loading no_multi',
  args: [],
  reply: status('OK'),
  run(c) {
    if (c.server.persistence.backgroundSaving) throw E.saveInProgress
    if (c.server.persistence.saveNow() !== null) throw E.saveFailed
    c.reply.ok()
  },
})
