import { E } from '../../resp/errors.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { idleSeconds } from '../../store/access.ts'

export default command({
  name: 'OBJECT IDLETIME',
  group: 'generic',
  since: '2.2.3',
  summary: 'Returns the seconds since a key was last used.',
  complexity: 'O(1)',
  flags: 'readonly',
  categories: '@keyspace',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO')],
  reply: integer('seconds, or null when the key does not exist'),
  run(c, key) {
    const slot = c.db.slotOf(key)
    if (slot < 0) return c.reply.null()
    if (c.store.lfu) throw E.objectIdletimeUnderLfu
    c.reply.int(idleSeconds(c.store, c.db.keyspace.accessAt(slot)))
  },
})
