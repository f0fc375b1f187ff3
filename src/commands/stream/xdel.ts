import { bytes, key, many } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { readId } from './shared.ts'

export default command({
  name: 'XDEL',
  group: 'stream',
  since: '5.0.0',
  summary: 'Deletes entries of a stream by id.',
  complexity: 'O(log(N)) for each id',
  flags: 'write fast',
  args: [key('key', 'RW delete'), many(bytes('id'))],
  reply: integer('the number of entries that were there'),
  run(c, key, texts) {
    const stream = c.db.streams.edit(key)
    if (stream === undefined) return c.reply.int(0)
    const ids = texts.map((text) => readId(text))
    let deleted = 0
    for (const id of ids) if (stream.delete(id)) deleted++
    if (deleted > 0) c.db.changed(key, 'xdel', deleted)
    c.reply.int(deleted)
  },
})
