/** The entries of all mounts in the store: reading, listing, and writing within the limits in one step. */
import { type Backend, type Space, utf8, type Write } from '../kvs/backend.ts'
import { ConflictError } from '../kvs/errors.ts'
import { type Change, resolve, storedKey } from './changes.ts'
import { kvErrors } from './errors.ts'
import {
  addUp,
  checkLimits,
  formatLedger,
  isLimit,
  ledgerKey,
  parseLedger,
  type Replacement,
  type Usage,
} from './ledger.ts'
import { LEDGER_PREFIX, type Mount } from './mounts.ts'

const MERGE_RETRIES = 10
/** Counts before a limit is decided by a ledger that others keep changing. */
const COUNTS = 10

/** What was counted, and the ledgers that stood there then. */
interface Count {
  readonly ledgers: readonly (string | null)[]
  readonly usages: ReadonlyMap<Mount, Usage>
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

export class Entries {
  private readonly space: () => Promise<Space>
  /** Those that count towards the store's size: what cannot be written here is others' affair. */
  private readonly writable: readonly Mount[]
  private readonly maxStoreSize: number
  private last: Promise<unknown> = Promise.resolve()

  constructor(space: () => Promise<Space>, mounts: Iterable<Mount>, maxStoreSize: number) {
    this.space = space
    this.writable = [...mounts].filter(({ mode }) => mode !== 'read')
    this.maxStoreSize = maxStoreSize
  }

  /** The JSON under each key, null where there is none. */
  async read(keys: readonly string[]): Promise<(string | null)[]> {
    const { backend, prefix } = await this.open()
    return (await backend.get(keys.map((key) => prefix + key))).map(text)
  }

  /** The keys of a mount as they are stored, in no order. */
  async list(mount: Mount): Promise<string[]> {
    const { backend, prefix } = await this.open()
    const keys = (await backend.list(prefix + mount.prefix)).map((key) => key.slice(prefix.length))
    return keys.filter((key) => !key.startsWith(LEDGER_PREFIX))
  }

  /**
   * Carries out all changes or none; the keys are all different. Whether each entry was there. Rejects with what
   * forbids a merge, or with the limit that would be exceeded.
   */
  commit(changes: readonly Change[]): Promise<boolean[]> {
    return this.inTurn(async () => {
      const retries = changes.some(({ kind }) => kind === 'merge') ? MERGE_RETRIES : 100
      const { backend, prefix } = await this.open()
      let count: Count | null = null
      for (let round = 0; ; round++) {
        const outcome = await tryCommit(backend, prefix, changes, count, round < COUNTS, {
          mounts: this.writable,
          maxStoreSize: this.maxStoreSize,
          retries,
        })
        if (outcome !== null) return outcome
        if (round >= 2 * COUNTS) throw conflict(retries)
        count = await this.count()
      }
    })
  }

  /** Deletes all entries of a mount; how many there were. */
  clear(mount: Mount): Promise<number> {
    return this.inTurn(async () => {
      const { backend, prefix } = await this.open()
      for (let round = 0; round < 100; round++) {
        const [seen] = await this.read([ledgerKey(mount)])
        const keys = await this.list(mount)
        const done = await backend.update([prefix + ledgerKey(mount)], ([ledger]) => {
          if (text(ledger) !== seen) return { writes: [], result: false }
          const writes = keys.map((key) => deletion(prefix + key))
          return { writes: [...writes, ledgerWrite(prefix, mount, { entries: 0, bytes: 0 })], result: true }
        })
        if (done) return keys.length
      }
      throw kvErrors.writeConflict()
    })
  }

  /** What the ledgers say, or a count where one is missing. */
  async usages(): Promise<ReadonlyMap<Mount, Usage>> {
    const ledgers = await this.read(this.writable.map(ledgerKey))
    const usages = this.writable.map((mount, i) => [mount, parseLedger(ledgers[i])] as const)
    const known = usages.filter((pair): pair is readonly [Mount, Usage] => pair[1] !== null)
    return known.length === this.writable.length ? new Map(known) : (await this.count()).usages
  }

  /** What is really there. */
  async count(): Promise<Count> {
    const { backend, prefix } = await this.open()
    const ledgers = await this.read(this.writable.map(ledgerKey))
    const usages = new Map<Mount, Usage>()
    for (const mount of this.writable) {
      const sizes = await backend.sizes((await this.list(mount)).map((key) => prefix + key))
      usages.set(mount, { entries: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) })
    }
    return { ledgers, usages }
  }

  /** Resolves once the writes so far are done. */
  async settled(): Promise<void> {
    await this.last
  }

  private async open(): Promise<Space> {
    const space = await this.space()
    space.check()
    return space
  }

  /** One write at a time from here: there is no use in competing with oneself. */
  private inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.last.then(write)
    this.last = turn.catch(() => {})
    return turn
  }
}

interface CommitOptions {
  readonly mounts: readonly Mount[]
  readonly maxStoreSize: number
  readonly retries: number
}

/** Null when the entries must be counted first. With `recount` a limit is only believed after a count. */
async function tryCommit(
  backend: Backend,
  prefix: string,
  changes: readonly Change[],
  count: Count | null,
  recount: boolean,
  { mounts, maxStoreSize, retries }: CommitOptions,
): Promise<boolean[] | null> {
  const keys = [...mounts.map(ledgerKey), ...changes.map(storedKey)].map((key) => prefix + key)
  const plan = (values: (Uint8Array | null)[]) => {
    const befores = values.slice(mounts.length)
    const afters = changes.map((change, i) => resolve(change, text(befores[i])))
    const replacements: Replacement[] = changes.map(({ mount }, i) => ({
      mount,
      before: befores[i]?.length ?? null,
      after: afters[i] === null ? null : Buffer.byteLength(afters[i]),
    }))
    const ledgers = values.slice(0, mounts.length).map(text)
    const counted = count?.ledgers.every((ledger, i) => ledger === ledgers[i]) === true ? count.usages : null
    const usages = new Map<Mount, Usage>()
    for (const [i, mount] of mounts.entries()) {
      const usage = counted?.get(mount) ?? parseLedger(ledgers[i])
      if (usage === null) return { writes: [], result: null }
      usages.set(mount, usage)
    }
    const sums = addUp(usages, replacements)
    try {
      checkLimits(sums, replacements, maxStoreSize)
    } catch (error) {
      if (counted === null && recount && isLimit(error)) return { writes: [], result: null }
      throw error
    }
    const writes = changes.map((change, i): Write => {
      const json = afters[i]
      const key = prefix + storedKey(change)
      return json === null ? deletion(key) : { key, value: utf8(json), ttlMs: change.mount.ttlMs }
    })
    const touched = counted === null ? new Set(changes.map(({ mount }) => mount)) : mounts
    for (const mount of touched) writes.push(ledgerWrite(prefix, mount, sums.get(mount)!))
    return { writes, result: befores.map((before) => before !== null) }
  }
  try {
    return await backend.update<boolean[] | null>(keys, plan, { retries })
  } catch (error) {
    throw error instanceof ConflictError ? conflict(retries) : error
  }
}

function conflict(retries: number): Error {
  return retries === MERGE_RETRIES ? kvErrors.mergeConflict(retries) : kvErrors.writeConflict()
}

function deletion(key: string): Write {
  return { key, value: null, ttlMs: 0 }
}

function ledgerWrite(prefix: string, mount: Mount, usage: Usage): Write {
  return { key: prefix + ledgerKey(mount), value: utf8(formatLedger(usage)), ttlMs: 0 }
}
