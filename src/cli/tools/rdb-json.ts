/** `keyper rdb json`: every entry of a dump as JSON; and `keyper rdb keys`: their names. */
import type { RdbEntry, StreamEntry } from '../../rdb/entry.ts'
import type { Stream } from '../../types/stream.ts'
import { formatId, MAX_ID, MIN_ID } from '../../types/stream-id.ts'
import { elementsOf, type KeyFilter, passes, readDump, streamIn } from './dump.ts'
import { Output, type Streams } from './io.ts'
import { momentText, type StringStyle, showBytes } from './text.ts'

export interface JsonOptions extends KeyFilter {
  /** One document a line instead of one array. */
  readonly lines?: boolean
  readonly strings: StringStyle
}

export async function rdbJson(path: string, options: JsonOptions, streams: Streams): Promise<void> {
  const out = new Output(streams.output)
  const writer = new JsonWriter(out, options.strings)
  let entries = 0
  if (!options.lines) out.write('[')
  await readDump(path, streams, {
    entry(entry, bytes, end) {
      if (!passes(options, entry)) return
      if (!options.lines) out.write(entries === 0 ? '\n' : ',\n')
      writer.entry(entry, bytes, end)
      if (options.lines) out.write('\n')
      entries++
    },
    pause: () => out.flush(),
  })
  if (!options.lines) out.write(entries === 0 ? ']\n' : '\n]\n')
  await out.flush()
}

/** Longer strings are written in parts: escaped they could be longer than a string can be. */
const PART_CHARS = 3 << 18

class JsonWriter {
  private readonly out: Output
  private readonly style: StringStyle

  constructor(out: Output, style: StringStyle) {
    this.out = out
    this.style = style
  }

  entry(entry: RdbEntry, bytes: number, offset: number): void {
    const { out } = this
    const { db, key, value, expireAtMs, idleSeconds, frequency } = entry
    out.write(`{"db":${db},"key":`)
    this.string(key)
    out.write(`,"type":"${value.type}","encoding":"${value.encoding}"`)
    if (expireAtMs !== null) out.write(`,"expireAt":${expireAtMs}`)
    if (idleSeconds !== null) out.write(`,"idle":${idleSeconds}`)
    if (frequency !== null) out.write(`,"frequency":${frequency}`)
    out.write(`,"bytes":${bytes},"value":`)
    this.value(entry, offset)
    out.write('}')
  }

  private value(entry: RdbEntry, offset: number): void {
    const { out } = this
    const { value } = entry
    switch (value.type) {
      case 'string':
        return this.string(value.value)
      case 'list':
        return this.array(value.values, (element) => this.string(element))
      case 'set':
        return this.array(value.members, (member) => this.string(member))
      case 'zset':
        return this.array(value.members, (member, i) => {
          out.write('[')
          this.string(member)
          out.write(`,${score(value.scores[i])}]`)
        })
      case 'hash': {
        const { fields, values, expiries } = value
        this.object(fields, (i) => this.string(values[i]))
        if (expiries === null) return
        const expiring = [...expiries.keys()].filter((i) => expiries[i] !== 0)
        if (expiring.length === 0) return
        out.write(',"fieldExpireAt":')
        return this.object(
          expiring.map((i) => fields[i]),
          (i) => out.write(String(expiries[expiring[i]])),
        )
      }
      case 'stream':
        return this.stream(value.stream, streamIn(entry, offset))
      case 'module':
        out.write(`null,"module":${JSON.stringify(showBytes(value.module, this.style))}`)
    }
  }

  private stream(entry: StreamEntry, stream: Stream): void {
    const { out } = this
    const { length, lastId, maxDeletedId, entriesAdded } = stream
    out.write(`{"length":${length},"lastId":"${formatId(lastId)}","maxDeletedId":"${formatId(maxDeletedId)}",`)
    out.write(`"entriesAdded":${entriesAdded},"entries":[`)
    let comma = ''
    stream.rangeOfTexts(MIN_ID, MAX_ID, { reverse: false, count: -1 }, (id, fields) => {
      out.write(`${comma}["${id}",`)
      this.array(fields, (field) => this.string(field))
      out.write(']')
      comma = ','
    })
    out.write('],"groups":')
    this.array(entry.groups, (group) => {
      out.write('{"name":')
      this.string(group.name)
      const read = group.entriesRead < 0 ? null : group.entriesRead
      out.write(`,"lastDeliveredId":"${formatId(group.lastDeliveredId)}","entriesRead":${read},"pending":`)
      this.array(group.pending, ({ id, deliveryTime, deliveryCount }) =>
        out.write(JSON.stringify({ id: formatId(id), deliveryTime, deliveryCount })),
      )
      out.write(',"consumers":')
      this.array(group.consumers, ({ name, seenTime, activeTime, pending }) => {
        out.write('{"name":')
        this.string(name)
        const rest = { seenTime, activeTime, pending: pending.map(formatId) }
        out.write(`,${JSON.stringify(rest).slice(1)}`)
      })
      out.write('}')
    })
    out.write('}')
  }

  private array<T>(items: readonly T[], write: (item: T, i: number) => void): void {
    this.out.write('[')
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.out.write(',')
      write(items[i], i)
    }
    this.out.write(']')
  }

  private object(names: readonly string[], write: (i: number) => void): void {
    this.out.write('{')
    for (let i = 0; i < names.length; i++) {
      if (i > 0) this.out.write(',')
      this.string(names[i])
      this.out.write(':')
      write(i)
    }
    this.out.write('}')
  }

  private string(bytes: string): void {
    if (bytes.length <= PART_CHARS) return this.out.write(JSON.stringify(showBytes(bytes, this.style)))
    // A character may lie across two parts, so long strings are never taken for UTF-8.
    const style = this.style === 'utf8' ? 'escape' : this.style
    this.out.write('"')
    for (let at = 0; at < bytes.length; at += PART_CHARS) {
      this.out.write(JSON.stringify(showBytes(bytes.slice(at, at + PART_CHARS), style)).slice(1, -1))
    }
    this.out.write('"')
  }
}

/** JSON knows no infinity. */
function score(n: number): string {
  if (n === Number.POSITIVE_INFINITY) return '"inf"'
  if (n === Number.NEGATIVE_INFINITY) return '"-inf"'
  return Object.is(n, -0) ? '-0' : String(n)
}

export interface KeysOptions extends KeyFilter {
  readonly long?: boolean
  readonly strings: StringStyle
}

export async function rdbKeys(path: string, options: KeysOptions, streams: Streams): Promise<void> {
  const out = new Output(streams.output)
  await readDump(path, streams, {
    entry(entry, bytes) {
      if (!passes(options, entry)) return
      const { db, key, value, expireAtMs } = entry
      const name = showBytes(key, options.strings)
      if (!options.long) return out.line(name)
      const expiry = expireAtMs === null ? '-' : momentText(expireAtMs)
      out.line([db, value.type, value.encoding, elementsOf(value), bytes, expiry, name].join('\t'))
    },
    pause: () => out.flush(),
  })
  await out.flush()
}
