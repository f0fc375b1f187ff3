/**
 * A map whose entries also stand in a dense row, so that a random entry is O(1) and a scan has a cursor.
 *
 * Removal moves the last entry into the gap. A scan therefore walks the row *downward*: whatever moves,
 * moves from a place already visited (or still to come) to a lower one, so an entry that is present
 * throughout a scan is always returned, as SCAN promises.
 */
export class DenseMap<V> {
  private readonly index = new Map<string, number>()
  private readonly keyRow: string[] = []
  private readonly valueRow: V[] = []

  get size(): number {
    return this.keyRow.length
  }

  has(key: string): boolean {
    return this.index.has(key)
  }

  get(key: string): V | undefined {
    const i = this.index.get(key)
    return i === undefined ? undefined : this.valueRow[i]
  }

  /** Sets the value of a key; true when the key is new. */
  set(key: string, value: V): boolean {
    const i = this.index.get(key)
    if (i !== undefined) {
      this.valueRow[i] = value
      return false
    }
    this.index.set(key, this.keyRow.length)
    this.keyRow.push(key)
    this.valueRow.push(value)
    return true
  }

  delete(key: string): boolean {
    const i = this.index.get(key)
    if (i === undefined) return false
    this.index.delete(key)
    const lastKey = this.keyRow.pop()!
    const lastValue = this.valueRow.pop()!
    if (i < this.keyRow.length) {
      this.keyRow[i] = lastKey
      this.valueRow[i] = lastValue
      this.index.set(lastKey, i)
    }
    return true
  }

  clear(): void {
    this.index.clear()
    this.keyRow.length = 0
    this.valueRow.length = 0
  }

  /** The key at a place of the row, 0 <= i < size. */
  keyAt(i: number): string {
    return this.keyRow[i]
  }

  /** The value at a place of the row, 0 <= i < size. */
  valueAt(i: number): V {
    return this.valueRow[i]
  }

  keys(): readonly string[] {
    return this.keyRow
  }

  values(): readonly V[] {
    return this.valueRow
  }

  /**
   * Visits up to `count` entries from `cursor` downward (0 starts a scan) and returns the next cursor; 0 ends it.
   */
  scan(cursor: number, count: number, visit: (key: string, value: V) => void): number {
    const size = this.keyRow.length
    let i = cursor === 0 || cursor > size ? size : cursor
    const stop = Math.max(0, i - count)
    while (i > stop) {
      i--
      visit(this.keyRow[i], this.valueRow[i])
    }
    return i
  }
}
