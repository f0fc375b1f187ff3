import { E } from '../../resp/errors.ts'
import { bytes, key, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { databaseNumber } from './shared-database.ts'

export default command({
  name: 'MOVE',
  group: 'generic',
  since: '1.0.0',
  summary: 'Moves a key to another database.',
  complexity: 'O(1)',
  flags: 'write fast',
  args: [key('key', 'RW access update'), shown(bytes('db'), { type: 'integer' })],
  reply: integer('1 when it was moved, 0 when it does not exist or the other database has it'),
  run(c, key, db) {
    const source = c.db
    const target = databaseNumber(c, db)
    if (target === source) throw E.sameObject
    const value = source.peek(key)
    if (value === undefined || target.peekHas(key)) return c.reply.int(0)
    const deadline = source.expireAt(key)
    source.delete(key)
    target.set(key, value)
    if (deadline >= 0) target.setExpireAt(key, deadline)
    source.changed(key, 'move_from')
    target.changed(key, 'move_to', 0)
    c.reply.int(1)
  },
})
