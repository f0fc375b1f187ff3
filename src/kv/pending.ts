/** Writes that wait for `dispose`: reads see them, and limits count them, as if they had been carried out. */
import { type Change, combine, resolve, storedKey } from './changes.ts'
import type { Entries } from './entries.ts'
import { addUp, checkLimits, isLimit, type Replacement, type Usage } from './ledger.ts'
import type { Mount } from './mounts.ts'

interface Waiting {
  readonly change: Change
  readonly replacement: Replacement
}

export class Pending {
  private readonly entries: Entries
  private readonly maxStoreSize: number
  /** By stored key. */
  private readonly waiting = new Map<string, Waiting>()
  /**
   * What the store held when the first write came, and what has been added since; the flush decides by what it holds
   * then.
   */
  private sums: ReadonlyMap<Mount, Usage> | null = null
  private last: Promise<unknown> = Promise.resolve()

  constructor(entries: Entries, maxStoreSize: number) {
    this.entries = entries
    this.maxStoreSize = maxStoreSize
  }

  get size(): number {
    return this.waiting.size
  }

  /** The JSON under each key as it will be. */
  async read(keys: readonly string[]): Promise<(string | null)[]> {
    const stored = await this.entries.read(keys)
    return keys.map((key, i) => {
      const change = this.waiting.get(key)?.change
      return change === undefined ? stored[i] : resolve(change, stored[i])
    })
  }

  /** The stored keys of a mount as they will be. */
  async list(mount: Mount): Promise<string[]> {
    const keys = new Set(await this.entries.list(mount))
    for (const [key, { change }] of this.waiting) {
      if (change.mount !== mount) continue
      if (change.kind === 'delete') keys.delete(key)
      else keys.add(key)
    }
    return [...keys]
  }

  /** Keeps a change for later. Whether its entry was there. Rejects as `Entries.commit` does, by what is known now. */
  add(change: Change): Promise<boolean> {
    return this.inTurn(async () => {
      const key = storedKey(change)
      const before = this.waiting.get(key)
      const combined = combine(before?.change, change)
      const [stored] = await this.entries.read([key])
      const existed = (before === undefined ? stored : resolve(before.change, stored)) !== null
      const after = resolve(combined, stored)
      const replacement: Replacement = {
        mount: change.mount,
        before: stored === null ? null : Buffer.byteLength(stored),
        after: after === null ? null : Buffer.byteLength(after),
      }
      await this.check(replacement, before)
      this.waiting.set(key, { change: combined, replacement })
      return existed
    })
  }

  /** Will delete all entries of a mount; how many there are. */
  clear(mount: Mount): Promise<number> {
    return this.inTurn(async () => {
      const keys = await this.list(mount)
      const stored = await this.entries.read(keys)
      keys.forEach((key, i) => {
        const json = stored[i]
        const change: Change = { kind: 'delete', mount, key: key.slice(mount.prefix.length) }
        const before = json === null ? null : Buffer.byteLength(json)
        this.waiting.set(key, { change, replacement: { mount, before, after: null } })
      })
      this.sums = null
      return keys.length
    })
  }

  /** Carries everything out in one step; how many changes. When that fails, all of it goes on waiting. */
  flush(): Promise<number> {
    return this.inTurn(async () => {
      const changes = [...this.waiting.values()].map(({ change }) => change)
      if (changes.length > 0) await this.entries.commit(changes)
      this.waiting.clear()
      this.sums = null
      return changes.length
    })
  }

  private async check(replacement: Replacement, before: Waiting | undefined): Promise<void> {
    // Against what is waiting already, so that a write that only shrinks an entry passes.
    const step = before === undefined ? replacement : { ...replacement, before: before.replacement.after }
    const decide = (sums: ReadonlyMap<Mount, Usage>) => {
      const next = addUp(sums, [step])
      checkLimits(next, [step], this.maxStoreSize)
      this.sums = next
    }
    try {
      decide(this.sums ?? addUp(await this.entries.usages(), this.replacements()))
    } catch (error) {
      if (!isLimit(error)) throw error
      decide(addUp((await this.entries.count()).usages, this.replacements()))
    }
  }

  private replacements(): Replacement[] {
    return [...this.waiting.values()].map(({ replacement }) => replacement)
  }

  private inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.last.then(write)
    this.last = turn.catch(() => {})
    return turn
  }
}
