import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, int, key, many, named, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { array } from '../../spec/reply-shape.ts'
import { MIN_ID, parseId, type StreamId } from '../../types/stream-id.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { readId } from './shared.ts'
import { readMinIdle, replyClaimed } from './shared-claim.ts'
import { editGroup, GroupEffects, groupChanged, seeConsumer } from './shared-groups.ts'

interface Claim {
  readonly ids: readonly StreamId[]
  /** Unix ms that count as the time of delivery. */
  readonly deliveryTime: number
  /** -1 when not given. */
  readonly retryCount: number
  readonly force: boolean
  readonly justId: boolean
  readonly lastId: StreamId
}

/** Ids up to the first word that is none, then options. */
function readClaim(c: Context, words: readonly string[]): Claim {
  const { now } = c
  const ids: StreamId[] = []
  let i = 0
  for (; i < words.length; i++) {
    const id = parseId(words[i], 0)
    if (id === null) break
    ids.push(id)
  }
  let deliveryTime = now
  let retryCount = -1
  let force = false
  let justId = false
  let lastId = MIN_ID
  for (; i < words.length; i++) {
    const option = words[i].toUpperCase()
    const hasValue = i + 1 < words.length
    const int = () => {
      const n = parseInt64Exact(words[++i])
      if (n === null) throw E.streamClaimOption(option)
      return Number(n)
    }
    if (option === 'FORCE') force = true
    else if (option === 'JUSTID') justId = true
    else if (option === 'IDLE' && hasValue) deliveryTime = now - int()
    else if (option === 'TIME' && hasValue) deliveryTime = int()
    else if (option === 'RETRYCOUNT' && hasValue) retryCount = int()
    else if (option === 'LASTID' && hasValue) lastId = readId(words[++i])
    else throw E.streamClaimUnknown(words[i])
  }
  // A client's clock may be ahead of ours; but so may our master's, and its data is ours.
  if (deliveryTime < 0 || (deliveryTime > now && !c.session.replays)) deliveryTime = now
  return { ids, deliveryTime, retryCount, force, justId, lastId }
}

export default command({
  name: 'XCLAIM',
  group: 'stream',
  since: '5.0.0',
  summary: 'Makes pending entries belong to another consumer of the group.',
  complexity: 'O(log(N)) for each id, N being the entries pending in the group',
  flags: 'write fast',
  tips: ['nondeterministic_output'],
  args: [
    key('key', 'RW update'),
    bytes('group'),
    bytes('consumer'),
    bytes('min-idle-time'),
    custom('claim', {
      like: [
        many(bytes('id')),
        named('IDLE', int('ms')),
        named('TIME', shown(int('unix-time-milliseconds'), { type: 'unix-time' })),
        named('RETRYCOUNT', int('count')),
        flag('FORCE'),
        flag('JUSTID'),
        named('LASTID', bytes('id')),
      ],
      min: 1,
      read: (argv, from) => ({ value: argv.slice(from), next: argv.length }),
    }),
  ],
  reply: array('the entries that were claimed, or with JUSTID their ids'),
  run(c, key, groupName, consumerName, minIdleText, words) {
    const { stream, group } = editGroup(c, key, groupName)
    const minIdle = readMinIdle(minIdleText, 'XCLAIM')
    const { ids, deliveryTime, retryCount, force, justId, lastId } = readClaim(c, words)
    const effects = new GroupEffects(c)
    const movesGroup = lastId > group.lastDeliveredId
    if (movesGroup) {
      // What XREADGROUP became on its way here: the group has read one entry more.
      if (c.session.replays && ids.length === 1 && ids[0] === lastId) stream.advance(group, lastId)
      else group.lastDeliveredId = lastId
    }
    const { consumer, isNew } = seeConsumer(c, key, group, consumerName)
    let claimed = 0
    let told = 0
    c.reply.open()
    for (const id of ids) {
      const known = group.pel.get(id)
      const fields = stream.get(id)
      if (fields === undefined) {
        // What was deleted is not handed on, and nobody needs to acknowledge it any more.
        if (known === undefined) continue
        effects.claimed(key, group, id, known)
        group.acknowledge(id)
        told++
        continue
      }
      if (known === undefined ? !force : minIdle > 0 && c.now - known.deliveryTime < minIdle) continue
      const nack = group.assign(id, consumer)
      nack.deliveryTime = deliveryTime
      if (retryCount >= 0) nack.deliveryCount = retryCount
      else if (!justId) nack.deliveryCount++
      consumer.activeTime = c.now
      replyClaimed(c, id, fields, justId)
      effects.claimed(key, group, id, nack)
      claimed++
    }
    c.reply.closeArray(claimed)
    if (isNew && claimed === 0) effects.consumerCreated(key, group, consumer)
    const changes = claimed + told
    if (movesGroup && changes === 0) effects.position(key, group)
    if (changes > 0 || movesGroup) groupChanged(c, key, null, Math.max(1, changes))
    effects.send()
  },
})
