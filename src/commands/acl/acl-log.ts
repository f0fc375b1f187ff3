import { E } from '../../resp/errors.ts'
import type { LogEntry } from '../../security/acl-log.ts'
import { flag, int, likened, optional, parsed, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { anything } from '../../spec/reply-shape.ts'
import { parseInteger } from '../../util/numbers.ts'

const DEFAULT_COUNT = 10

function readOperation(text: string): number | 'reset' {
  if (text.toLowerCase() === 'reset') return 'reset'
  const count = parseInteger(text)
  if (count !== count) throw E.notInteger
  return Math.max(0, count)
}

export default command({
  name: 'ACL LOG',
  group: 'server',
  since: '6.0.0',
  summary: 'Shows what was denied lately, newest first, or forgets it.',
  complexity: 'O(N), N being the number of entries shown',
  flags: 'admin noscript loading stale',
  args: [
    likened(
      optional(parsed('operation', readOperation)),
      optional(variant('operation', { count: int('count'), reset: flag('RESET') })),
    ),
  ],
  tooMany: E.subcommandSyntax('LOG', 'ACL'),
  reply: anything('entries as maps, ten unless told; OK after RESET'),
  history: [['7.2.0', 'Entries have an id and two times.']],
  run(c, operation) {
    const { log } = c.server.acl
    if (operation === 'reset') {
      log.reset()
      return c.reply.ok()
    }
    const entries = log.latest(operation ?? DEFAULT_COUNT)
    c.reply.array(entries.length)
    for (const entry of entries) show(c, entry)
  },
})

function show({ reply, now }: Context, entry: LogEntry): void {
  reply.map(10)
  reply.bulk('count')
  reply.int(entry.count)
  for (const field of ['reason', 'context', 'object', 'username'] as const) {
    reply.bulk(field)
    reply.bulk(entry[field])
  }
  reply.bulk('age-seconds')
  reply.double((now - entry.updatedAt) / 1000)
  reply.bulk('client-info')
  reply.bulk(entry.client)
  reply.bulk('entry-id')
  reply.int(entry.id)
  reply.bulk('timestamp-created')
  reply.int(entry.createdAt)
  reply.bulk('timestamp-last-updated')
  reply.int(entry.updatedAt)
}
