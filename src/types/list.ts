/**
 * A list. A small one is one packed row. A bigger one is a sequence of chunks, so that both ends are O(1) and a place in
 * the middle is found by walking chunks only; chunks away from the ends are packed.
 */
import type { EncodingLimits } from './limits.ts'
import { after, entryOf, find, flat, isAt, pack, placeOf, replaced, textAt, unpack } from './packed-row.ts'

/** Elements of a chunk, at most. */
const CHUNK = 512
/** A list whose row would be longer becomes a sequence of chunks: a push onto a row costs its length. */
const MAX_SMALL = 1024
/** A chunk of more bytes stays open: its elements are big enough to stand alone. */
const MAX_PACKED = 8192

interface Packed {
  readonly row: string
  readonly length: number
}

type Chunk = string[] | Packed

const NONE: Chunk[] = []

export class List {
  /** All elements in one row; null when `chunks` holds them. */
  private small: string | null = ''
  private chunks: Chunk[] = NONE
  private count = 0

  get kind(): 'list' {
    return 'list'
  }

  static fromArray(values: readonly string[]): List {
    const list = new List()
    list.count = values.length
    let bytes = 0
    for (let i = 0; i < values.length && bytes <= MAX_SMALL; i++) bytes += values[i].length + 1
    if (bytes <= MAX_SMALL) list.small = pack(values)
    else {
      list.small = null
      list.chunks = []
      for (let i = 0; i < values.length; i += CHUNK) list.chunks.push(packedIfSmall(values.slice(i, i + CHUNK)))
    }
    return list
  }

  get length(): number {
    return this.count
  }

  /** Chunks it is kept in. */
  get nodeCount(): number {
    return this.small !== null ? 1 : this.chunks.length
  }

  /** Chars of the packed row; null once chunks serve. */
  get packedLength(): number | null {
    return this.small === null ? null : this.small.length
  }

  encoding(_limits: EncodingLimits): 'quicklist' {
    return 'quicklist'
  }

  /** Turns the row into chunks. */
  private grow(): void {
    const values = unpack(this.small!)
    this.small = null
    this.chunks = []
    for (let i = 0; i < values.length; i += CHUNK) this.chunks.push(values.slice(i, i + CHUNK))
  }

  /** The chunk as an array that may be changed. */
  private opened(c: number): string[] {
    const chunk = this.chunks[c]
    if (Array.isArray(chunk)) return chunk
    const values = unpack(chunk.row)
    this.chunks[c] = values
    return values
  }

  pushHead(value: string): void {
    const { small } = this
    this.count++
    if (small !== null) {
      if (small.length + value.length < MAX_SMALL) {
        this.small = flat(entryOf(value) + small)
        return
      }
      this.grow()
    }
    const { chunks } = this
    if (chunks.length > 0 && chunks[0].length < CHUNK) {
      this.opened(0).unshift(value)
      return
    }
    if (chunks.length > 0) chunks[0] = packedIfSmall(chunks[0])
    chunks.unshift([value])
  }

  pushTail(value: string): void {
    const { small } = this
    this.count++
    if (small !== null) {
      if (small.length + value.length < MAX_SMALL) {
        this.small = flat(small + entryOf(value))
        return
      }
      this.grow()
    }
    const { chunks } = this
    const last = chunks.length - 1
    if (last >= 0 && chunks[last].length < CHUNK) {
      this.opened(last).push(value)
      return
    }
    if (last >= 0) chunks[last] = packedIfSmall(chunks[last])
    chunks.push([value])
  }

  popHead(): string | undefined {
    if (this.count === 0) return undefined
    this.count--
    const { small } = this
    if (small !== null) {
      this.small = small.substring(after(small, 0))
      return textAt(small, 0)
    }
    const first = this.opened(0)
    const value = first.shift()
    if (first.length === 0) this.chunks.shift()
    return value
  }

  popTail(): string | undefined {
    if (this.count === 0) return undefined
    this.count--
    const { small } = this
    if (small !== null) {
      const at = placeOf(small, this.count)
      this.small = small.substring(0, at)
      return textAt(small, at)
    }
    const last = this.opened(this.chunks.length - 1)
    const value = last.pop()
    if (last.length === 0) this.chunks.pop()
    return value
  }

  /** The chunk of a place, and the place of its first element. */
  private locate(index: number): { chunk: number; start: number } {
    const { chunks } = this
    if (index < this.count / 2) {
      let start = 0
      let chunk = 0
      while (start + chunks[chunk].length <= index) start += chunks[chunk++].length
      return { chunk, start }
    }
    let chunk = chunks.length - 1
    let start = this.count - chunks[chunk].length
    while (start > index) start -= chunks[--chunk].length
    return { chunk, start }
  }

  private place(index: number): number {
    return index < 0 ? this.count + index : index
  }

  /** The element at a place; negative places count from the end. */
  at(index: number): string | undefined {
    const i = this.place(index)
    if (i < 0 || i >= this.count) return undefined
    if (this.small !== null) return textAt(this.small, placeOf(this.small, i))
    const { chunk, start } = this.locate(i)
    const found = this.chunks[chunk]
    return Array.isArray(found) ? found[i - start] : textAt(found.row, placeOf(found.row, i - start))
  }

  set(index: number, value: string): boolean {
    const i = this.place(index)
    if (i < 0 || i >= this.count) return false
    if (this.small !== null) {
      this.changeRow(this.small, i, value)
      return true
    }
    const { chunk, start } = this.locate(i)
    const found = this.chunks[chunk]
    if (Array.isArray(found)) found[i - start] = value
    else this.putRow(chunk, withElement(found.row, i - start, value), found.length)
    return true
  }

  private changeRow(small: string, i: number, value: string): void {
    this.small = withElement(small, i, value)
    if (this.small.length > MAX_SMALL) this.grow()
  }

  /** Gives a chunk another row, or opens it if that has become too long. */
  private putRow(c: number, row: string, length: number): void {
    this.chunks[c] = row.length > MAX_PACKED ? unpack(row) : { row, length }
  }

  /** Puts a value beside the first one equal to the pivot; false when there is none. */
  insert(pivot: string, value: string, where: 'before' | 'after'): boolean {
    if (this.small !== null) {
      const at = find(this.small, pivot)
      if (at < 0) return false
      const place = where === 'before' ? at : after(this.small, at)
      this.small = replaced(this.small, place, place, entryOf(value))
      this.count++
      if (this.small.length > MAX_SMALL) this.grow()
      return true
    }
    for (let c = 0; c < this.chunks.length; c++) {
      const chunk = this.chunks[c]
      if (!Array.isArray(chunk)) {
        const at = find(chunk.row, pivot)
        if (at < 0) continue
        const place = where === 'before' ? at : after(chunk.row, at)
        this.putRow(c, replaced(chunk.row, place, place, entryOf(value)), chunk.length + 1)
      } else {
        const i = chunk.indexOf(pivot)
        if (i < 0) continue
        chunk.splice(where === 'before' ? i : i + 1, 0, value)
      }
      this.count++
      this.splitIfFull(c)
      return true
    }
    return false
  }

  private splitIfFull(c: number): void {
    if (this.chunks[c].length <= CHUNK) return
    const values = this.opened(c)
    const second = values.splice(values.length >> 1)
    this.chunks.splice(c, 1, packedIfSmall(values), packedIfSmall(second))
  }

  /** Removes elements equal to a value: the first `count`, the last for a negative count, all for 0. */
  removeValue(value: string, count: number): number {
    const most = count === 0 ? this.count : Math.abs(count)
    let removed = 0
    if (this.small !== null) {
      const values = unpack(this.small)
      removed = removeFrom(values, value, most, count < 0)
      if (removed > 0) this.small = pack(values)
    } else {
      const { chunks } = this
      for (let n = 0; n < chunks.length && removed < most; n++) {
        const c = count < 0 ? chunks.length - 1 - n : n
        const chunk = chunks[c]
        if (!Array.isArray(chunk) && find(chunk.row, value) < 0) continue
        const values = this.opened(c)
        removed += removeFrom(values, value, most - removed, count < 0)
        if (c > 0 && c < chunks.length - 1) chunks[c] = packedIfSmall(values)
      }
      if (removed > 0) this.chunks = chunks.filter((chunk) => chunk.length > 0)
    }
    this.count -= removed
    return removed
  }

  /** Keeps places start..stop (both included, not negative) only. */
  trim(start: number, stop: number): void {
    if (start > stop || start >= this.count) {
      this.small = ''
      this.chunks = NONE
      this.count = 0
      return
    }
    const last = Math.min(stop, this.count - 1)
    if (this.small !== null) {
      const from = placeOf(this.small, start)
      let to = from
      for (let i = start; i <= last; i++) to = after(this.small, to)
      this.small = this.small.substring(from, to)
      this.count = last - start + 1
      return
    }
    this.dropTail(this.count - 1 - last)
    this.dropHead(start)
  }

  private dropHead(n: number): void {
    let whole = 0
    let left = n
    while (left > 0 && this.chunks[whole].length <= left) left -= this.chunks[whole++].length
    this.chunks.splice(0, whole)
    if (left > 0) this.opened(0).splice(0, left)
    this.count -= n
  }

  private dropTail(n: number): void {
    let left = n
    while (left > 0) {
      const c = this.chunks.length - 1
      const { length } = this.chunks[c]
      if (length <= left) {
        left -= length
        this.chunks.pop()
      } else {
        this.opened(c).length -= left
        left = 0
      }
    }
    this.count -= n
  }

  /** Visits places start..stop, both included, not negative and inside. */
  forEachInRange(start: number, stop: number, visit: (value: string) => void): void {
    if (start > stop) return
    if (this.small !== null) {
      visitRow(this.small, start, stop, visit)
      return
    }
    let { chunk, start: first } = this.locate(start)
    for (let i = start; i <= stop; ) {
      const values = this.chunks[chunk++]
      const end = Math.min(stop - first + 1, values.length)
      if (Array.isArray(values)) for (let k = i - first; k < end; k++) visit(values[k])
      else visitRow(values.row, i - first, end - 1, visit)
      first += values.length
      i = first
    }
  }

  forEach(visit: (value: string) => void): void {
    if (this.count > 0) this.forEachInRange(0, this.count - 1, visit)
  }

  /**
   * Places of elements equal to a value. `rank` 1 starts at the first match, 2 at the second, negative from the end;
   * `count` 0 finds all; `maxLength` 0 looks at all elements.
   */
  positions(value: string, options: { rank: number; count: number; maxLength: number }): number[] {
    const found: number[] = []
    const { rank, count, maxLength } = options
    const looked = maxLength === 0 ? this.count : Math.min(maxLength, this.count)
    let skip = Math.abs(rank) - 1
    const note = (place: number): boolean => {
      if (skip > 0) skip--
      else found.push(place)
      return count !== 0 && found.length >= count
    }
    const parts: Chunk[] = this.small !== null ? [{ row: this.small, length: this.count }] : this.chunks
    if (rank > 0) {
      let base = 0
      for (const chunk of parts) {
        for (const i of matches(chunk, value)) {
          if (base + i >= looked) return found
          if (note(base + i)) return found
        }
        base += chunk.length
        if (base >= looked) break
      }
    } else {
      let base = this.count
      for (let c = parts.length - 1; c >= 0; c--) {
        const chunk = parts[c]
        base -= chunk.length
        for (const i of matches(chunk, value).reverse()) {
          if (this.count - 1 - (base + i) >= looked) return found
          if (note(base + i)) return found
        }
        if (this.count - base >= looked) break
      }
    }
    return found
  }

  copy(): List {
    const list = new List()
    list.small = this.small
    list.chunks =
      this.small !== null ? NONE : this.chunks.map((chunk) => (Array.isArray(chunk) ? chunk.slice() : chunk))
    list.count = this.count
    return list
  }
}

/** The packed form, if the elements are small. */
function packedIfSmall(chunk: Chunk): Chunk {
  if (!Array.isArray(chunk)) return chunk
  let bytes = 0
  for (let i = 0; i < chunk.length; i++) bytes += chunk[i].length
  return bytes > MAX_PACKED ? chunk : { row: pack(chunk), length: chunk.length }
}

/** A row with the element of a number replaced. */
function withElement(row: string, i: number, value: string): string {
  const at = placeOf(row, i)
  return replaced(row, at, after(row, at), entryOf(value))
}

function visitRow(row: string, start: number, stop: number, visit: (value: string) => void): void {
  let at = placeOf(row, start)
  for (let i = start; i <= stop; i++) {
    visit(textAt(row, at))
    at = after(row, at)
  }
}

/** Removes at most so many elements equal to a value, the first ones or the last ones. */
function removeFrom(values: string[], value: string, most: number, fromEnd: boolean): number {
  let removed = 0
  if (fromEnd) {
    for (
      let i = values.lastIndexOf(value);
      i >= 0 && removed < most;
      i = i === 0 ? -1 : values.lastIndexOf(value, i - 1)
    ) {
      values.splice(i, 1)
      removed++
    }
  } else {
    for (let i = values.indexOf(value); i >= 0 && removed < most; i = values.indexOf(value, i)) {
      values.splice(i, 1)
      removed++
    }
  }
  return removed
}

/** Numbers of the elements of a chunk that are equal to a value. */
function matches(chunk: Chunk, value: string): number[] {
  const found: number[] = []
  if (Array.isArray(chunk)) {
    for (let i = chunk.indexOf(value); i >= 0; i = chunk.indexOf(value, i + 1)) found.push(i)
  } else {
    let i = 0
    for (let at = 0; at < chunk.row.length; at = after(chunk.row, at)) {
      if (isAt(chunk.row, at, value)) found.push(i)
      i++
    }
  }
  return found
}
