/** `[KEEPREF | DELREF | ACKED] IDS numids id [id ...]` of XDELEX and XACKDEL. */
import { E } from '../../resp/errors.ts'
import { bytes, custom, int, many, named, needed, oneOf, titled } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import type { Stream } from '../../types/stream.ts'
import { formatId, type StreamId } from '../../types/stream-id.ts'
import { parseInteger } from '../../util/numbers.ts'
import { readId } from './shared.ts'

/** What deleting an entry does where a group still has it pending, or has yet to read it. */
export type References =
  /** It stays pending. */
  | 'keep'
  /** It is no longer pending anywhere. */
  | 'delete'
  /** It is not deleted. */
  | 'refuse'

/** What became of an id, as replied. */
export const Outcome = { missing: -1, deleted: 1, stillWanted: 2 } as const

const REFERENCES: Readonly<Record<string, References>> = { KEEPREF: 'keep', DELREF: 'delete', ACKED: 'refuse' }

export const deletion = custom('ids', {
  like: [
    oneOf('condition', { keepref: 'KEEPREF', delref: 'DELREF', acked: 'ACKED' }),
    needed(titled('ids', named('IDS', int('numids'), many(bytes('id'))))),
  ],
  min: 3,
  read(argv, from): { value: { references: References; ids: readonly StreamId[] }; next: number } {
    let i = from
    let references: References = 'keep'
    const policy = REFERENCES[argv[i].toUpperCase()]
    if (policy !== undefined) {
      references = policy
      i++
    }
    if (i + 1 >= argv.length || argv[i].toUpperCase() !== 'IDS') throw E.syntax
    const n = parseInteger(argv[i + 1])
    if (n !== n || n <= 0) throw E.streamIdsCount
    if (n !== argv.length - i - 2) throw E.streamIdsMismatch
    return { value: { references, ids: argv.slice(i + 2).map((text) => readId(text)) }, next: argv.length }
  },
})

/** Deletes entries and tells replicas in words that any of them knows. */
export class Deletion {
  private readonly key: string
  private readonly stream: Stream
  private readonly references: References
  private readonly deleted: string[] = []
  /** Ids that are no longer pending, by group. */
  private readonly acknowledged = new Map<string, string[]>()

  constructor(key: string, stream: Stream, references: References) {
    this.key = key
    this.stream = stream
    this.references = references
  }

  /** One of `Outcome`; `stillWanted` only where references refuse. */
  delete(id: StreamId): number {
    const { stream, references } = this
    if (references === 'refuse' && stream.get(id) !== undefined && stream.isWanted(id)) return Outcome.stillWanted
    if (references === 'delete') for (const name of stream.groups?.keys() ?? []) this.acknowledge(name, id)
    if (!stream.delete(id)) return Outcome.missing
    this.deleted.push(formatId(id))
    return Outcome.deleted
  }

  /** False when the entry is not pending in the group. */
  acknowledge(group: string, id: StreamId): boolean {
    if (!this.stream.groups?.get(group)?.acknowledge(id)) return false
    const ids = this.acknowledged.get(group)
    if (ids === undefined) this.acknowledged.set(group, [formatId(id)])
    else ids.push(formatId(id))
    return true
  }

  announce(c: Context): void {
    const { key, deleted } = this
    const told: string[][] = []
    for (const [group, ids] of this.acknowledged) {
      told.push(['XACK', key, group, ...ids])
      c.store.dirty += ids.length
    }
    if (deleted.length > 0) {
      told.push(['XDEL', key, ...deleted])
      c.db.changed(key, 'xdel', deleted.length)
    }
    const [first, ...others] = told
    if (first === undefined) return
    c.propagate.as(...first)
    for (const words of others) c.propagate.also(...words)
  }
}

/** One outcome per id. */
export function replyOutcomes(c: Context, outcomes: readonly number[]): void {
  c.reply.array(outcomes.length)
  for (const outcome of outcomes) c.reply.int(outcome)
}
