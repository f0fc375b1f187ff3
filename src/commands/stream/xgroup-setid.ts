import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, int, key, likened, named, needed, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { MAX_ID, MIN_ID } from '../../types/stream-id.ts'
import { readId } from './shared.ts'
import { groupChanged } from './shared-groups.ts'
import { groupOf, readGroupOptions } from './shared-xgroup.ts'

export default command({
  name: 'XGROUP SETID',
  group: 'stream',
  since: '5.0.0',
  summary: 'Sets the id behind which a consumer group goes on reading.',
  complexity: 'O(1)',
  flags: 'write',
  args: [
    key('key', 'RW update'),
    bytes('groupname'),
    likened(bytes('id'), needed(variant('id', { id: bytes('id'), last: flag('$', 'new_id') }))),
    custom('options', {
      like: [named('ENTRIESREAD', int('entries_read'))],
      min: 0,
      read: (argv, from) => ({ value: readGroupOptions(argv, from, 2, false), next: argv.length }),
    }),
  ],
  reply: status('OK'),
  history: [['7.0.0', 'Has ENTRIESREAD.']],
  run(c, key, name, idText, { entriesRead, tooMany, spelled }) {
    const { stream, group } = groupOf(c, key, name)
    if (tooMany) throw E.subcommandSyntax(spelled, 'XGROUP')
    group.lastDeliveredId =
      idText === '$' ? stream.lastId : idText === '-' ? MIN_ID : idText === '+' ? MAX_ID : readId(idText)
    group.entriesRead = entriesRead
    groupChanged(c, key, 'xgroup-setid')
    c.reply.ok()
  },
})
