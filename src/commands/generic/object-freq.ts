import { E } from '../../resp/errors.ts'
import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { lfuCounter } from '../../store/access.ts'

export default command({
  name: 'OBJECT FREQ',
  group: 'generic',
  since: '4.0.0',
  summary: 'Returns the logarithmic access counter of a key under an LFU policy.',
  complexity: 'O(1)',
  flags: 'readonly',
  categories: '@keyspace',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO')],
  reply: integer('0 to 255, or null when the key does not exist'),
  run(c, key) {
    const slot = c.db.slotOf(key)
    if (slot < 0) return c.reply.null()
    if (!c.store.lfu) throw E.objectFreqWithoutLfu
    c.reply.int(lfuCounter(c.store, c.db.keyspace.accessAt(slot)))
  },
})
