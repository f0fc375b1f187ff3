import { E } from '../../resp/errors.ts'
import { bytes, int, key, named, options, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { MIN_ID } from '../../types/stream-id.ts'
import { readId } from './shared.ts'

export default command({
  name: 'XSETID',
  group: 'stream',
  since: '5.0.0',
  summary: 'Sets the last id of a stream, and its counters.',
  complexity: 'O(1)',
  flags: 'write denyoom fast',
  args: [
    key('key', 'RW update'),
    bytes('last-id'),
    options({
      entriesAdded: since(
        '7.0.0',
        named('ENTRIESADDED', int('entries_added', { min: 0, rangeError: E.streamSetIdEntries })),
      ),
      maxDeletedId: since('7.0.0', named('MAXDELETEDID', bytes('max_deleted_entry_id'))),
    }),
  ],
  reply: status('OK'),
  history: [['7.0.0', 'Has ENTRIESADDED and MAXDELETEDID.']],
  run(c, key, lastIdText, { entriesAdded, maxDeletedId: maxDeletedText }) {
    const lastId = readId(lastIdText)
    const maxDeletedId = maxDeletedText === null ? null : readId(maxDeletedText)
    if (maxDeletedId !== null && lastId < maxDeletedId) throw E.streamSetIdMaxDeleted
    const stream = c.db.streams.edit(key)
    if (stream === undefined) throw E.noSuchKey
    if (lastId < stream.maxDeletedId) throw E.streamSetIdBelowDeleted
    if (stream.length > 0) {
      if (lastId < stream.newestId) throw E.streamSetIdSmaller
      if (entriesAdded !== null && entriesAdded < stream.length) throw E.streamSetIdEntriesBelowLength
    }
    stream.lastId = lastId
    if (entriesAdded !== null) stream.entriesAdded = entriesAdded
    if (maxDeletedId !== null && maxDeletedId !== MIN_ID) stream.maxDeletedId = maxDeletedId
    c.db.changed(key, 'xsetid')
    c.reply.ok()
  },
})
