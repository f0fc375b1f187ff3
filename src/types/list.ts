/** A list: a row of chunks, so that both ends are O(1) and a place in the middle is found by walking chunks only. */
import type { EncodingLimits } from './limits.ts'

const CHUNK = 128

export class List {
  readonly kind = 'list' as const
  private chunks: string[][] = []
  private count = 0

  static fromArray(values: readonly string[]): List {
    const list = new List()
    for (let i = 0; i < values.length; i += CHUNK) list.chunks.push(values.slice(i, i + CHUNK))
    list.count = values.length
    return list
  }

  get length(): number {
    return this.count
  }

  /** Chunks it is kept in. */
  get nodeCount(): number {
    return this.chunks.length
  }

  encoding(_limits: EncodingLimits): 'quicklist' {
    return 'quicklist'
  }

  pushHead(value: string): void {
    const first = this.chunks[0]
    if (first !== undefined && first.length < CHUNK) first.unshift(value)
    else this.chunks.unshift([value])
    this.count++
  }

  pushTail(value: string): void {
    const last = this.chunks[this.chunks.length - 1]
    if (last !== undefined && last.length < CHUNK) last.push(value)
    else this.chunks.push([value])
    this.count++
  }

  popHead(): string | undefined {
    const first = this.chunks[0]
    if (first === undefined) return undefined
    const value = first.shift()
    if (first.length === 0) this.chunks.shift()
    this.count--
    return value
  }

  popTail(): string | undefined {
    const last = this.chunks[this.chunks.length - 1]
    if (last === undefined) return undefined
    const value = last.pop()
    if (last.length === 0) this.chunks.pop()
    this.count--
    return value
  }

  /** The chunk of a place, and the place of its first element. */
  private locate(index: number): { chunk: number; start: number } {
    if (index < this.count / 2) {
      let start = 0
      let chunk = 0
      while (start + this.chunks[chunk].length <= index) start += this.chunks[chunk++].length
      return { chunk, start }
    }
    let chunk = this.chunks.length - 1
    let start = this.count - this.chunks[chunk].length
    while (start > index) start -= this.chunks[--chunk].length
    return { chunk, start }
  }

  private place(index: number): number {
    return index < 0 ? this.count + index : index
  }

  /** The element at a place; negative places count from the end. */
  at(index: number): string | undefined {
    const i = this.place(index)
    if (i < 0 || i >= this.count) return undefined
    const { chunk, start } = this.locate(i)
    return this.chunks[chunk][i - start]
  }

  set(index: number, value: string): boolean {
    const i = this.place(index)
    if (i < 0 || i >= this.count) return false
    const { chunk, start } = this.locate(i)
    this.chunks[chunk][i - start] = value
    return true
  }

  /** Puts a value beside the first one equal to the pivot; false when there is none. */
  insert(pivot: string, value: string, where: 'before' | 'after'): boolean {
    for (let c = 0; c < this.chunks.length; c++) {
      const i = this.chunks[c].indexOf(pivot)
      if (i < 0) continue
      this.chunks[c].splice(where === 'before' ? i : i + 1, 0, value)
      this.count++
      this.splitIfFull(c)
      return true
    }
    return false
  }

  private splitIfFull(c: number): void {
    const chunk = this.chunks[c]
    if (chunk.length > CHUNK) this.chunks.splice(c + 1, 0, chunk.splice(chunk.length >> 1))
  }

  /** Removes elements equal to a value: the first `count`, the last for a negative count, all for 0. */
  removeValue(value: string, count: number): number {
    let left = count === 0 ? this.count : Math.abs(count)
    let removed = 0
    if (count >= 0) {
      for (let c = 0; c < this.chunks.length && left > 0; c++) {
        const chunk = this.chunks[c]
        for (let i = chunk.indexOf(value); i >= 0 && left > 0; i = chunk.indexOf(value, i)) {
          chunk.splice(i, 1)
          left--
          removed++
        }
      }
    } else {
      for (let c = this.chunks.length - 1; c >= 0 && left > 0; c--) {
        const chunk = this.chunks[c]
        for (let i = chunk.lastIndexOf(value); i >= 0 && left > 0; i = i === 0 ? -1 : chunk.lastIndexOf(value, i - 1)) {
          chunk.splice(i, 1)
          left--
          removed++
        }
      }
    }
    if (removed > 0) this.chunks = this.chunks.filter((chunk) => chunk.length > 0)
    this.count -= removed
    return removed
  }

  /** Keeps places start..stop (both included, not negative) only. */
  trim(start: number, stop: number): void {
    if (start > stop || start >= this.count) {
      this.chunks = []
      this.count = 0
      return
    }
    this.dropTail(this.count - 1 - Math.min(stop, this.count - 1))
    this.dropHead(start)
  }

  private dropHead(n: number): void {
    let whole = 0
    let left = n
    while (left > 0 && this.chunks[whole].length <= left) left -= this.chunks[whole++].length
    this.chunks.splice(0, whole)
    if (left > 0) this.chunks[0].splice(0, left)
    this.count -= n
  }

  private dropTail(n: number): void {
    let left = n
    while (left > 0) {
      const last = this.chunks[this.chunks.length - 1]
      if (last.length <= left) {
        left -= last.length
        this.chunks.pop()
      } else {
        last.length -= left
        left = 0
      }
    }
    this.count -= n
  }

  /** Visits places start..stop, both included, not negative and inside. */
  forEachInRange(start: number, stop: number, visit: (value: string) => void): void {
    if (start > stop) return
    let { chunk, start: first } = this.locate(start)
    for (let i = start; i <= stop; ) {
      const values = this.chunks[chunk++]
      const end = Math.min(stop - first + 1, values.length)
      for (let k = i - first; k < end; k++) visit(values[k])
      first += values.length
      i = first
    }
  }

  forEach(visit: (value: string) => void): void {
    for (const chunk of this.chunks) for (let i = 0; i < chunk.length; i++) visit(chunk[i])
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
    if (rank > 0) {
      let base = 0
      for (const chunk of this.chunks) {
        for (let i = 0; i < chunk.length; i++) {
          if (base + i >= looked) return found
          if (chunk[i] === value && note(base + i)) return found
        }
        base += chunk.length
      }
    } else {
      let base = this.count
      for (let c = this.chunks.length - 1; c >= 0; c--) {
        const chunk = this.chunks[c]
        base -= chunk.length
        for (let i = chunk.length - 1; i >= 0; i--) {
          if (this.count - 1 - (base + i) >= looked) return found
          if (chunk[i] === value && note(base + i)) return found
        }
      }
    }
    return found
  }

  copy(): List {
    const list = new List()
    list.chunks = this.chunks.map((chunk) => chunk.slice())
    list.count = this.count
    return list
  }
}
