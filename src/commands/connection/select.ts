import { E } from '../../resp/errors.ts'
import { int } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'SELECT',
  group: 'connection',
  since: '1.0.0',
  summary: 'Selects the logical database of this connection.',
  complexity: 'O(1)',
  flags: 'loading stale fast',
  args: [int('index', { error: E.notInteger })],
  reply: status('OK'),
  run(c, index) {
    const db = c.store.databases[index]
    if (db === undefined) throw E.dbOutOfRange
    c.session.db = db
    c.reply.ok()
  },
})
