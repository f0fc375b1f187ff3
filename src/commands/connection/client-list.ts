import { E } from '../../resp/errors.ts'
import { describeClient } from '../../server/client-line.ts'
import { block, choice, custom, int, many, named, since, titled } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'
import { parseSessionType } from './shared-client.ts'

/** TYPE type, or ID id ... to the end of the request. */
const filter = custom('filter', {
  like: [
    since(
      '5.0.0',
      named(
        'TYPE',
        choice('normal_master_replica_pubsub', {
          normal: 'NORMAL',
          master: 'MASTER',
          replica: 'REPLICA',
          pubsub: 'PUBSUB',
        }),
      ),
    ),
    since('6.2.0', titled('id', named('ID', block('id', many(int('client-id')))))),
  ],
  min: 0,
  read(argv, from): { value: { type: string | null; ids: Set<number> | null }; next: number } {
    if (from >= argv.length) return { value: { type: null, ids: null }, next: from }
    const word = argv[from].toUpperCase()
    if (word === 'TYPE' && argv.length === from + 2) {
      const type = parseSessionType(argv[from + 1])
      if (type === null) throw E.unknownClientType(argv[from + 1])
      return { value: { type, ids: null }, next: argv.length }
    }
    if (word === 'ID' && argv.length > from + 1) {
      const ids = argv.slice(from + 1).map(parseInteger)
      if (ids.some((id) => id !== id || id < 1)) throw E.invalidClientId
      return { value: { type: null, ids: new Set(ids) }, next: argv.length }
    }
    throw E.syntax
  },
})

export default command({
  name: 'CLIENT LIST',
  group: 'connection',
  since: '2.4.0',
  summary: 'Describes the connections, one line each.',
  complexity: 'O(N), N being the number of connections',
  flags: 'admin noscript loading stale',
  tips: ['nondeterministic_output'],
  args: [filter],
  reply: bulk('lines of field=value pairs'),
  history: [
    ['2.8.12', 'Shows id.'],
    ['5.0.0', 'Has TYPE.'],
    ['6.0.0', 'Shows user.'],
    ['6.2.0', 'Has ID, and shows argv-mem, tot-mem, laddr and redir.'],
    ['7.0.0', 'Shows resp, multi-mem, rbs and rbp.'],
    ['7.0.3', 'Shows ssub.'],
  ],
  run(c, { type, ids }) {
    let lines = ''
    for (const session of c.server.sessions.values()) {
      if (type !== null && session.kind !== type) continue
      if (ids !== null && !ids.has(session.id)) continue
      lines += `${describeClient(session)}\n`
    }
    c.reply.verbatim('txt', lines)
  },
})
