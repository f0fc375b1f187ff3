import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, int, key, likened, named, needed, titled, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { Group } from '../../types/stream-group.ts'
import { readId } from './shared.ts'
import { groupChanged } from './shared-groups.ts'
import { readGroupOptions, streamOfGroup } from './shared-xgroup.ts'

export default command({
  name: 'XGROUP CREATE',
  group: 'stream',
  since: '5.0.0',
  summary: 'Creates a consumer group that reads a stream from an id on; can create the stream too.',
  complexity: 'O(1)',
  flags: 'write denyoom',
  args: [
    key('key', 'RW insert'),
    bytes('groupname'),
    likened(bytes('id'), needed(variant('id', { id: bytes('id'), last: flag('$', 'new_id') }))),
    custom('options', {
      like: [flag('MKSTREAM'), titled('entries_read', named('ENTRIESREAD', int('entries_read')))],
      min: 0,
      read: (argv, from) => ({ value: readGroupOptions(argv, from, 3, true), next: argv.length }),
    }),
  ],
  reply: status('OK'),
  history: [['7.0.0', 'Has ENTRIESREAD.']],
  run(c, key, name, idText, { makeStream, entriesRead, tooMany, spelled }) {
    const stream = makeStream ? c.db.streams.open(key) : streamOfGroup(c, key)
    if (tooMany) throw E.subcommandSyntax(spelled, 'XGROUP')
    const id = idText === '$' ? stream.lastId : readId(idText)
    if (stream.groups?.has(name)) throw E.streamBusyGroup
    stream.groups ??= new Map()
    stream.groups.set(name, new Group(name, id, entriesRead))
    if (c.db.peekHas(key)) groupChanged(c, key, 'xgroup-create')
    else c.db.changed(key, 'xgroup-create')
    c.reply.ok()
  },
})
