import { E } from '../../resp/errors.ts'
import { bytes, custom, flag, key, many, needed, optional, since, variant } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import type { Stream } from '../../types/stream.ts'
import {
  formatId,
  idMs,
  MAX_ID,
  MIN_ID,
  makeId,
  nextId,
  parseId,
  parseMilliseconds,
  type StreamId,
} from '../../types/stream-id.ts'
import { applyTrim, exactTrim, readTrim, type Trim, trimWords } from './shared.ts'

interface Entry {
  readonly trim: Trim | null
  readonly noMakeStream: boolean
  /** The id's place in the request, for propagation. */
  readonly idAt: number
  /** `auto`: `*`; `auto-sequence`: `ms-*`; else the whole id. */
  readonly id: 'auto' | { readonly ms: StreamId } | StreamId
  readonly fields: readonly string[]
}

const wrongArity = E.arity('xadd')

const entry = custom('entry', {
  like: [
    since('6.2.0', flag('NOMKSTREAM')),
    optional(trimWords),
    needed(variant('id_or_auto', { auto: flag('*', 'auto_id'), id: bytes('id') })),
    many(bytes('field'), bytes('value')),
  ],
  min: 3,
  read(argv, from): { value: Entry; next: number } {
    const { trim, noMakeStream, next: idAt } = readTrim(argv, from, true)
    if (idAt >= argv.length) throw wrongArity
    const text = argv[idAt]
    let id: Entry['id']
    if (text === '*') id = 'auto'
    else if (text.endsWith('-*')) {
      const ms = parseMilliseconds(text.slice(0, -2))
      if (ms === null) throw E.streamIdInvalid
      id = { ms }
    } else {
      const whole = parseId(text, 0)
      if (whole === null) throw E.streamIdInvalid
      if (whole === MIN_ID) throw E.streamIdZero
      id = whole
    }
    const count = argv.length - idAt - 1
    if (count < 2 || count % 2 !== 0) throw wrongArity
    return { value: { trim, noMakeStream, idAt, id, fields: argv.slice(idAt + 1) }, next: argv.length }
  },
})

/** The id a new entry gets, or the error that it cannot have one. */
function resolveId(stream: Stream, wanted: Entry['id'], now: number): StreamId {
  const last = stream.lastId
  if (last === MAX_ID) throw E.streamIdExhausted
  if (wanted === 'auto') return now > idMs(last) ? makeId(now, 0) : nextId(last)!
  if (typeof wanted === 'string') {
    if (wanted <= last) throw E.streamIdSmaller
    return wanted
  }
  // `ms-*`: the first free sequence number of that millisecond. 0-0 is no id.
  if (wanted.ms > last) return wanted.ms === MIN_ID ? nextId(MIN_ID)! : wanted.ms
  const following = nextId(last)!
  if (following.slice(0, 8) !== wanted.ms.slice(0, 8)) throw E.streamIdSmaller
  return following
}

export default command({
  name: 'XADD',
  group: 'stream',
  since: '5.0.0',
  summary: 'Appends an entry to a stream, creating it if need be; can trim the stream in the same step.',
  complexity: 'O(1) for the entry, O(N) for N entries trimmed',
  flags: 'write denyoom fast',
  tips: ['nondeterministic_output'],
  arity: -5,
  args: [key('key', 'RW update', { notes: 'Trimming removes what was there.' }), entry],
  reply: bulk('the id of the entry; null with NOMKSTREAM when there is no stream'),
  history: [
    ['6.2.0', 'Has NOMKSTREAM, MINID and LIMIT.'],
    ['7.0.0', 'Takes ids of which only the time is given.'],
  ],
  run(c, key, { trim, noMakeStream, idAt: _idAt, id: wanted, fields }) {
    const { db } = c
    const stream = noMakeStream ? db.streams.edit(key) : db.streams.open(key)
    if (stream === undefined) return c.reply.null()
    const id = resolveId(stream, wanted, c.now)
    const { streamNodeMaxBytes: nodeMaxBytes, streamNodeMaxEntries: nodeMaxEntries } = c.server.config
    stream.append(id, fields, { nodeMaxBytes, nodeMaxEntries })
    const text = formatId(id)
    const trimmed = trim === null ? 0 : applyTrim(c, stream, trim)
    if (c.propagate.isHeard) {
      const options = [...(noMakeStream ? ['NOMKSTREAM'] : []), ...(trim === null ? [] : exactTrim(stream, trim))]
      c.propagate.as('XADD', key, ...options, text, ...fields)
    }
    db.changed(key, 'xadd')
    if (trimmed > 0) db.notify(key, 'xtrim')
    c.reply.bulk(text)
  },
})
