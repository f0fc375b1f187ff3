import { E } from '../../resp/errors.ts'
import { block, bytes, custom, int, key, named, optional, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { array } from '../../spec/reply-shape.ts'
import type { Group } from '../../types/stream-group.ts'
import { formatId, type StreamId } from '../../types/stream-id.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { readRange } from './shared.ts'

interface Query {
  readonly minIdle: number
  readonly start: StreamId
  readonly end: StreamId
  readonly count: number
  readonly consumer: string | null
}

function readInt64(text: string): number {
  const n = parseInt64Exact(text)
  if (n === null) throw E.notInteger
  return Number(n)
}

/** Null for the summary. */
function readQuery(argv: readonly string[], from: number): Query | null {
  const words = argv.length - from
  if (words === 0) return null
  if (words < 3 || words > 6) throw E.syntax
  let i = from
  let minIdle = 0
  if (argv[i].toUpperCase() === 'IDLE') {
    minIdle = readInt64(argv[i + 1])
    if (words < 5) throw E.syntax
    i += 2
  }
  const count = Math.max(0, readInt64(argv[i + 2]))
  const { start, end } = readRange(argv[i], argv[i + 1])
  return { minIdle, start, end, count, consumer: i + 3 < argv.length ? argv[i + 3] : null }
}

function replySummary({ reply }: Context, group: Group): void {
  reply.array(4)
  reply.int(group.pel.size)
  const first = group.pel.first()
  const last = group.pel.last()
  if (first === undefined || last === undefined) {
    reply.null()
    reply.null()
    return reply.nullArray()
  }
  reply.bulk(formatId(first))
  reply.bulk(formatId(last))
  const consumers = group.sortedConsumers().filter((consumer) => consumer.pel.size > 0)
  reply.array(consumers.length)
  for (const { name, pel } of consumers) {
    reply.array(2)
    reply.bulk(name)
    reply.bulk(String(pel.size))
  }
}

function replyEach(c: Context, group: Group, { minIdle, start, end, count, consumer: name }: Query): void {
  const { reply } = c
  const pel = name === null ? group.pel : group.consumers.get(name)?.pel
  if (pel === undefined || count === 0) return reply.array(0)
  let shown = 0
  reply.open()
  pel.range(start, end, -1, (id, { consumer, deliveryTime, deliveryCount }) => {
    const idle = c.now - deliveryTime
    if (minIdle !== 0 && idle < minIdle) return true
    reply.array(4)
    reply.bulk(formatId(id))
    reply.bulk(consumer.name)
    reply.int(Math.max(0, idle))
    reply.int(deliveryCount)
    return ++shown < count
  })
  reply.closeArray(shown)
}

export default command({
  name: 'XPENDING',
  group: 'stream',
  since: '5.0.0',
  summary: 'Describes what is pending in a consumer group: a summary, or entry by entry.',
  complexity:
    'O(N) for the summary, N being the consumers; O(log(M)+K) else, M being what is pending, K what is looked at',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [
    key('key', 'RO access'),
    bytes('group'),
    custom('query', {
      like: [
        optional(
          block(
            'filters',
            since('6.2.0', named('IDLE', int('min-idle-time'))),
            bytes('start'),
            bytes('end'),
            int('count'),
            optional(bytes('consumer')),
          ),
        ),
      ],
      min: 0,
      read: (argv, from) => ({ value: readQuery(argv, from), next: argv.length }),
    }),
  ],
  reply: array('count, first and last id, and pending entries per consumer; or id, consumer, idle ms and deliveries'),
  history: [['6.2.0', 'Has IDLE; bounds can be exclusive.']],
  run(c, key, name, query) {
    const group = c.db.streams.get(key)?.groups?.get(name)
    if (group === undefined) throw E.streamNoGroup(key, name)
    if (query === null) replySummary(c, group)
    else replyEach(c, group, query)
  },
})
