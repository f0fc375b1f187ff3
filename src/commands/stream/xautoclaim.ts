import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, int, key, named } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { formatId, MAX_ID, MIN_ID, type StreamId } from '../../types/stream-id.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { readStart } from './shared.ts'
import { readMinIdle, replyClaimed } from './shared-claim.ts'
import { editGroup, GroupEffects, groupChanged, seeConsumer } from './shared-groups.ts'

/** How many pending entries are looked at for each that may be claimed. */
const ATTEMPTS_FACTOR = 10
const MAX_COUNT = (2n ** 63n - 1n) / 16n

interface AutoClaim {
  readonly minIdle: number
  readonly start: StreamId
  readonly count: number
  readonly justId: boolean
}

function readAutoClaim(argv: readonly string[], from: number): AutoClaim {
  const minIdle = readMinIdle(argv[from], 'XAUTOCLAIM')
  const start = readStart(argv[from + 1])
  let count = 100
  let justId = false
  for (let i = from + 2; i < argv.length; i++) {
    const option = argv[i].toUpperCase()
    if (option === 'COUNT' && i + 1 < argv.length) {
      const n = parseInt64Exact(argv[++i])
      if (n === null || n < 1 || n > MAX_COUNT) throw E.streamAutoClaimCount
      count = Number(n)
    } else if (option === 'JUSTID') justId = true
    else throw E.syntax
  }
  return { minIdle, start, count, justId }
}

export default command({
  name: 'XAUTOCLAIM',
  group: 'stream',
  since: '6.2.0',
  summary: 'Makes entries that have been pending for long belong to another consumer of the group.',
  complexity: 'O(log(N)+M), N being the entries pending in the group, M those looked at',
  flags: 'write fast',
  tips: ['nondeterministic_output'],
  args: [
    key('key', 'RW delete'),
    bytes('group'),
    bytes('consumer'),
    custom('claim', {
      like: [bytes('min-idle-time'), bytes('start'), named('COUNT', int('count')), flag('JUSTID')],
      min: 2,
      read: (argv, from) => ({ value: readAutoClaim(argv, from), next: argv.length }),
    }),
  ],
  reply: array('the id to start the next call with, the claimed entries, and the ids of deleted ones'),
  history: [['7.0.0', 'Replies with the ids that no longer exist, too.']],
  run(c, key, groupName, consumerName, { minIdle, start, count, justId }) {
    const { stream, group } = editGroup(c, key, groupName)
    const effects = new GroupEffects(c)
    const { consumer, isNew } = seeConsumer(c, key, group, consumerName)
    const deleted: StreamId[] = []
    const taken: { id: StreamId; fields: readonly string[] }[] = []
    let attempts = count * ATTEMPTS_FACTOR
    let next = MIN_ID
    group.pel.range(start, MAX_ID, -1, (id, nack) => {
      if (attempts-- === 0 || deleted.length + taken.length === count) {
        next = id
        return false
      }
      const fields = stream.get(id)
      if (fields === undefined) deleted.push(id)
      else if (minIdle === 0 || c.now - nack.deliveryTime >= minIdle) taken.push({ id, fields })
      return true
    })
    for (const id of deleted) {
      effects.claimed(key, group, id, group.pel.get(id)!)
      group.acknowledge(id)
    }
    c.reply.array(3)
    c.reply.bulk(formatId(next))
    c.reply.array(taken.length)
    for (const { id, fields } of taken) {
      const nack = group.assign(id, consumer)
      nack.deliveryTime = c.now
      if (!justId) nack.deliveryCount++
      consumer.activeTime = c.now
      replyClaimed(c, id, fields, justId)
      effects.claimed(key, group, id, nack)
    }
    c.reply.array(deleted.length)
    for (const id of deleted) c.reply.bulk(formatId(id))
    if (isNew && taken.length === 0) effects.consumerCreated(key, group, consumer)
    if (deleted.length + taken.length > 0) groupChanged(c, key, null, deleted.length + taken.length)
    effects.send()
  },
})
