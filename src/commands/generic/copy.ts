import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, key, named, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { copyOf } from '../../types/value.ts'
import { databaseNumber } from './shared-database.ts'

export default command({
  name: 'COPY',
  group: 'generic',
  since: '6.2.0',
  summary: 'Copies the value and time to live of a key to another key.',
  complexity: 'O(N), N being the number of elements in a collection, else O(1)',
  flags: 'write denyoom',
  args: [
    key('source', 'RO access'),
    key('destination', 'OW update'),
    custom('options', {
      like: [named('DB', shown(bytes('destination-db'), { type: 'integer' })), flag('REPLACE')],
      min: 0,
      read: (argv, from) => ({ value: argv.slice(from), next: argv.length }),
    }),
  ],
  reply: integer('1 when it was copied, 0 when not'),
  run(c, from, to, words) {
    let target = c.db
    let replace = false
    // Word by word, since a number out of range is refused before what follows it.
    for (let i = 0; i < words.length; i++) {
      const word = words[i].toUpperCase()
      if (word === 'REPLACE') replace = true
      else if (word === 'DB' && i + 1 < words.length) target = databaseNumber(c, words[++i])
      else throw E.syntax
    }
    if (target === c.db && from === to) throw E.sameObject
    const value = c.db.get(from)
    if (value === undefined) return c.reply.int(0)
    const there = target.peekHas(to)
    if (there && !replace) return c.reply.int(0)
    const deadline = c.db.expireAt(from)
    if (there) target.delete(to)
    target.set(to, copyOf(value))
    if (deadline >= 0) target.setExpireAt(to, deadline)
    target.changed(to, 'copy_to')
    c.reply.int(1)
  },
})
