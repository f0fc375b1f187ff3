import { E } from '../../resp/errors.ts'
import { custom, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { applyTrim, exactTrim, readTrim, type Trim, trimWords } from './shared.ts'

const trimArgument = custom('trim', {
  like: [trimWords],
  min: 2,
  read(argv, from): { value: Trim; next: number } {
    const { trim, next } = readTrim(argv, from, false)
    if (next !== argv.length || trim === null) throw E.syntax
    return { value: trim, next }
  },
})

export default command({
  name: 'XTRIM',
  group: 'stream',
  since: '5.0.0',
  summary: 'Removes the oldest entries of a stream, down to a length or up to an id.',
  complexity: 'O(N), N being the number of entries removed',
  flags: 'write',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RW delete'), trimArgument],
  reply: integer('the number of entries removed'),
  history: [['6.2.0', 'Has MINID and LIMIT.']],
  run(c, key, trim) {
    const stream = c.db.streams.edit(key)
    if (stream === undefined) return c.reply.int(0)
    const removed = applyTrim(c, stream, trim)
    if (removed > 0) {
      if (trim.approximate) c.propagate.as('XTRIM', key, ...exactTrim(stream, trim))
      c.db.changed(key, 'xtrim', removed)
    }
    c.reply.int(removed)
  },
})
