/** What the stream commands share: ids, trimming, and replies of entries. */

import { E } from '../../resp/errors.ts'
import { block, bytes, choice, flag, int, named, shown, since, variant } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import type { Stream } from '../../types/stream.ts'
import { formatId, MAX_ID, MIN_ID, nextId, parseId, previousId, type StreamId } from '../../types/stream-id.ts'
import { parseInteger } from '../../util/numbers.ts'

/** A whole id; a missing sequence number is taken as given. */
export function readId(text: string, missingSequence: 0 | 'max' = 0): StreamId {
  const id = parseId(text, missingSequence)
  if (id === null) throw E.streamIdInvalid
  return id
}

/** A bound of XRANGE: `-`, `+`, an id, or `(id`, which leaves the id itself out. */
function bound(text: string, side: 'start' | 'end'): StreamId {
  if (text === '-') return MIN_ID
  if (text === '+') return MAX_ID
  const exclusive = text.charCodeAt(0) === 40
  const id = readId(exclusive ? text.slice(1) : text, side === 'start' ? 0 : 'max')
  if (!exclusive) return id
  const beside = side === 'start' ? nextId(id) : previousId(id)
  if (beside === null) throw side === 'start' ? E.streamStartId : E.streamEndId
  return beside
}

/** The lower bound of a range of ids. */
export function readStart(text: string): StreamId {
  return bound(text, 'start')
}

export function readRange(start: string, end: string): { start: StreamId; end: StreamId } {
  return { start: bound(start, 'start'), end: bound(end, 'end') }
}

/** `[id, [field, value ...]]` */
export function replyEntry(c: Context, id: StreamId, fields: readonly string[]): void {
  replyTexts(c.reply, formatId(id), fields)
}

function replyTexts(reply: Context['reply'], id: string, fields: readonly string[]): void {
  reply.array(2)
  reply.bulk(id)
  reply.array(fields.length)
  for (let i = 0; i < fields.length; i++) reply.bulk(fields[i])
}

/** Entries of a range, at most `count` (negative: all). */
export function replyEntries(
  c: Context,
  stream: Stream,
  start: StreamId,
  end: StreamId,
  options: { reverse: boolean; count: number },
): void {
  const { reply } = c
  let n = 0
  reply.open()
  stream.rangeOfTexts(start, end, options, (id, fields) => {
    n++
    replyTexts(reply, id, fields)
  })
  reply.closeArray(n)
}

/** How XADD and XTRIM shorten a stream. */
export interface Trim {
  readonly by: 'length' | 'id'
  readonly length: number
  readonly id: StreamId
  readonly approximate: boolean
  /** Most entries to remove with `~`; 0 for no limit; -1 when not given. */
  readonly limit: number
}

/** `<MAXLEN | MINID> [= | ~] threshold [LIMIT count]` */
export const trimWords = block(
  'trim',
  shown(choice('strategy', { maxlen: 'MAXLEN', minid: 'MINID' }), { sinceOf: { MINID: '6.2.0' } }),
  variant('operator', { exact: flag('=', 'equal'), nearly: flag('~', 'approximately') }),
  bytes('threshold'),
  since('6.2.0', named('LIMIT', int('count'))),
)

/** An id begins with a digit or is `*`; no option does. */
function isIdLike(word: string): boolean {
  const code = word.charCodeAt(0)
  return code === 42 || (code >= 48 && code <= 57)
}

/**
 * Reads `<MAXLEN | MINID> [= | ~] threshold [LIMIT count]` and, for XADD, NOMKSTREAM, from `i` on.
 * Stops at the first word that is none of these.
 */
export function readTrim(
  argv: readonly string[],
  i: number,
  forAdd: boolean,
): { trim: Trim | null; noMakeStream: boolean; next: number } {
  let by: Trim['by'] | null = null
  let length = 0
  let id = MIN_ID
  let approximate = false
  let limit = -1
  let noMakeStream = false
  for (; i < argv.length; i++) {
    if (forAdd && isIdLike(argv[i])) break
    const word = argv[i].toUpperCase()
    const left = argv.length - i - 1
    if ((word === 'MAXLEN' || word === 'MINID') && left >= 1) {
      if (by !== null) throw E.streamMaxlenMinid
      by = word === 'MAXLEN' ? 'length' : 'id'
      approximate = false
      const sign = argv[i + 1]
      if (left >= 2 && (sign === '~' || sign === '=')) {
        approximate = sign === '~'
        i++
      }
      i++
      if (by === 'length') {
        length = parseInteger(argv[i])
        if (length !== length) throw E.notInteger
        if (length < 0) throw E.streamMaxlenNegative
      } else id = readId(argv[i])
    } else if (word === 'LIMIT' && left >= 1) {
      i++
      limit = parseInteger(argv[i])
      if (limit !== limit) throw E.notInteger
      if (limit < 0) throw E.streamLimitNegative
    } else if (forAdd && word === 'NOMKSTREAM') noMakeStream = true
    else break
  }
  if (limit >= 0 && by === null) throw E.streamLimitWithoutTrim
  if (limit >= 0 && !approximate) throw E.streamLimitWithoutApprox
  const trim = by === null ? null : { by, length, id, approximate, limit }
  return { trim, noMakeStream, next: i }
}

/** Shortens a stream and returns how many entries went. */
export function applyTrim(c: Context, stream: Stream, trim: Trim): number {
  const { approximate } = trim
  // Without LIMIT, `~` removes at most a hundred nodes' worth in one go.
  const limit = !approximate ? 0 : trim.limit >= 0 ? trim.limit : 100 * c.server.config.streamNodeMaxEntries
  return trim.by === 'length'
    ? stream.trimByLength(trim.length, { approximate, limit })
    : stream.trimById(trim.id, { approximate, limit })
}

/**
 * The words that repeat a trim on a replica: exactly what was removed here, whatever `~` found there. Replicas keep
 * the length that is left.
 */
export function exactTrim(stream: Stream, trim: Trim): string[] {
  return trim.by === 'length'
    ? ['MAXLEN', '=', String(stream.length)]
    : ['MINID', '=', formatId(stream.length > 0 ? stream.firstId : trim.id)]
}
