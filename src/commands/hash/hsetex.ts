import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import {
  deadlineOf,
  isDead,
  propagateDeadline,
  propagateDeletion,
  propagateValues,
  setexArguments,
} from './shared-expiry.ts'

export default command({
  name: 'HSETEX',
  group: 'hash',
  since: '8.0.0',
  summary: 'Sets fields of a hash together with their time to live, if they all, or none of them, exist.',
  complexity: 'O(N), N being the number of fields given',
  flags: 'write denyoom fast',
  args: [key('key', 'RW update'), setexArguments],
  reply: integer('1 when all were set, 0 when none was'),
  run(c, key, { condition, expiry, fields, values }) {
    const deadline = expiry === null || expiry === 'keep' ? -1 : deadlineOf(c, expiry, 'hsetex')
    const hash = c.db.hashes.open(key)
    if (condition !== null && !fields.every((field) => hash.has(field) === (condition === 'FXX'))) {
      return c.reply.int(0)
    }
    if (deadline !== -1 && isDead(c, deadline)) {
      // What would go at once is not even set; what was there goes.
      const deleted = fields.filter((field) => hash.delete(field))
      if (deleted.length > 0) {
        propagateDeletion(c, key, deleted)
        c.db.changed(key, 'hdel', deleted.length)
      }
      return c.reply.int(1)
    }
    const { limits } = c.store
    for (let i = 0; i < fields.length; i++) {
      if (expiry === 'keep') hash.update(fields[i], values[i], limits)
      else hash.set(fields[i], values[i], limits)
      if (deadline !== -1) hash.setDeadline(fields[i], Math.max(1, deadline))
    }
    if (expiry !== 'keep') {
      // In words that servers without HSETEX know too.
      propagateValues(c, key, fields, values)
      if (deadline !== -1) propagateDeadline(c, key, deadline, fields, false)
    }
    c.db.changed(key, 'hset', fields.length)
    if (deadline !== -1) c.db.notify(key, 'hexpire')
    c.reply.int(1)
  },
})
