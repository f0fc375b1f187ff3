/** Writes the data as commands that bring it about: the base of an append-only file without a dump in it. */
import type { SnapshotWriter } from '../rdb/save.ts'
import type { SnapshotEntry } from '../store/snapshot.ts'
import type { Hash } from '../types/hash.ts'
import type { Stream } from '../types/stream.ts'
import type { Consumer, Group } from '../types/stream-group.ts'
import { formatId, MAX_ID, MIN_ID } from '../types/stream-id.ts'
import type { Value } from '../types/value.ts'
import { formatDouble17 } from '../util/numbers.ts'
import { CommandBuffer } from './command-buffer.ts'

/** Items per command, so that no command of the file takes long. */
const ITEMS_PER_COMMAND = 64
const CHUNK_BYTES = 1 << 18

export class CommandBaseWriter implements SnapshotWriter {
  private readonly buffer = new CommandBuffer()
  private readonly sink: (chunk: Buffer) => void
  private readonly preface: readonly string[]
  private readonly functions: readonly string[]
  private db = -1

  /** `preface`: lines to begin with. `functions`: libraries, as source. */
  constructor(sink: (chunk: Buffer) => void, preface: readonly string[], functions: readonly string[]) {
    this.sink = sink
    this.preface = preface
    this.functions = functions
  }

  begin(): void {
    for (const line of this.preface) this.buffer.line(line)
    for (const code of this.functions) this.say('FUNCTION', 'LOAD', code)
  }

  entry({ db, key, value, expireAt }: SnapshotEntry): void {
    if (db !== this.db) {
      this.db = db
      this.say('SELECT', String(db))
    }
    this.value(key, value)
    if (expireAt >= 0) this.say('PEXPIREAT', key, String(expireAt))
    if (this.buffer.length >= CHUNK_BYTES) this.emit()
  }

  end(): void {
    this.emit()
  }

  private emit(): void {
    for (const chunk of this.buffer.take()) this.sink(chunk)
  }

  private say(...argv: string[]): void {
    this.buffer.command(argv)
  }

  private value(key: string, value: Value): void {
    if (typeof value !== 'object') return this.say('SET', key, String(value))
    switch (value.kind) {
      case 'string':
        return this.say('SET', key, value.slice(0, value.length))
      case 'list':
        return this.items(['RPUSH', key], 1, (add) => value.forEach((item) => add(item)))
      case 'set':
        return this.items(['SADD', key], 1, (add) => value.forEach((member) => add(member)))
      case 'hash':
        return this.hash(key, value)
      case 'zset':
        return this.items(['ZADD', key], 2, (add) =>
          value.forEach((member, score) => add(formatDouble17(score), member)),
        )
      case 'stream':
        return this.stream(key, value)
    }
  }

  private items(head: string[], words: number, visit: (add: (...words: string[]) => void) => void): void {
    let argv = head.slice()
    visit((...item) => {
      argv.push(...item)
      if (argv.length < head.length + ITEMS_PER_COMMAND * words) return
      this.say(...argv)
      argv = head.slice()
    })
    if (argv.length > head.length) this.say(...argv)
  }

  private hash(key: string, hash: Hash): void {
    this.items(['HMSET', key], 2, (add) => hash.forEachStored((field, value) => add(field, value)))
    if (hash.expiringFields === 0) return
    hash.forEachStored((field, _, deadline) => {
      if (deadline > 0) this.say('HPEXPIREAT', key, String(deadline), 'FIELDS', '1', field)
    })
  }

  private stream(key: string, stream: Stream): void {
    // A stream without entries is made by adding one that is trimmed at once.
    if (stream.length === 0) this.say('XADD', key, 'MAXLEN', '0', '0-1', 'x', 'y')
    else {
      stream.range(MIN_ID, MAX_ID, { reverse: false, count: -1 }, (id, fields) =>
        this.say('XADD', key, formatId(id), ...fields),
      )
    }
    const [lastId, maxDeletedId] = [formatId(stream.lastId), formatId(stream.maxDeletedId)]
    this.say('XSETID', key, lastId, 'ENTRIESADDED', String(stream.entriesAdded), 'MAXDELETEDID', maxDeletedId)
    for (const group of stream.sortedGroups()) this.group(key, group)
  }

  private group(key: string, group: Group): void {
    const { name, lastDeliveredId, entriesRead } = group
    this.say('XGROUP', 'CREATE', key, name, formatId(lastDeliveredId), 'ENTRIESREAD', String(entriesRead))
    for (const consumer of group.sortedConsumers()) this.consumer(key, name, consumer)
  }

  private consumer(key: string, group: string, { name, pel }: Consumer): void {
    if (pel.size === 0) this.say('XGROUP', 'CREATECONSUMER', key, group, name)
    pel.range(MIN_ID, MAX_ID, -1, (id, { deliveryTime, deliveryCount }) => {
      const state = ['TIME', String(deliveryTime), 'RETRYCOUNT', String(deliveryCount), 'JUSTID', 'FORCE']
      this.say('XCLAIM', key, group, name, '0', formatId(id), ...state)
    })
  }
}
