/**
 * How much a mount holds, kept beside its entries so that a limit is checked without counting them.
 *
 * Every write changes the ledger in the same step. Entries that expire, and what others do to them, do not; so a limit
 * that seems reached is decided by counting, and the count becomes the ledger.
 */
import { randomBytes } from 'node:crypto'
import { KvError, kvErrors } from './errors.ts'
import { LEDGER_PREFIX, type Mount } from './mounts.ts'

export interface Usage {
  readonly entries: number
  /** Bytes of all values. */
  readonly bytes: number
}

export function ledgerKey({ prefix }: Mount): string {
  return LEDGER_PREFIX + prefix
}

export function parseLedger(text: string | null): Usage | null {
  const match = /^(\d{1,15}) (\d{1,15}) /.exec(text ?? '')
  return match === null ? null : { entries: Number(match[1]), bytes: Number(match[2]) }
}

/** The last word is never the same again, so that whoever counts can tell that nothing was written meanwhile. */
export function formatLedger({ entries, bytes }: Usage): string {
  return `${entries} ${bytes} ${randomBytes(9).toString('base64url')}`
}

/** What is replaced and what replaces it, null for nothing. */
export interface Replacement {
  readonly mount: Mount
  readonly before: number | null
  readonly after: number | null
}

/** The usage of each mount after all replacements. Others' deletions may have put the counts below the truth. */
export function addUp(usages: ReadonlyMap<Mount, Usage>, replacements: readonly Replacement[]): Map<Mount, Usage> {
  const sums = new Map(usages)
  for (const { mount, before, after } of replacements) {
    const { entries, bytes } = sums.get(mount)!
    sums.set(mount, {
      entries: Math.max(0, entries + (after === null ? 0 : 1) - (before === null ? 0 : 1)),
      bytes: Math.max(0, bytes + (after ?? 0) - (before ?? 0)),
    })
  }
  return sums
}

/** Throws when the replacements go beyond a limit; what only shrinks is always allowed. */
export function checkLimits(
  sums: ReadonlyMap<Mount, Usage>,
  replacements: readonly Replacement[],
  maxStoreSize: number,
): void {
  for (const [mount, { entries }] of sums) {
    const adds = replacements.some((each) => each.mount === mount && each.before === null && each.after !== null)
    if (adds && entries > mount.maxEntries) throw kvErrors.tooManyEntries(entries, mount.maxEntries)
  }
  const total = [...sums.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  const growth = replacements.reduce((sum, { before, after }) => sum + (after ?? 0) - (before ?? 0), 0)
  if (growth > 0 && total > maxStoreSize) throw kvErrors.storeTooLarge(total, maxStoreSize)
}

/** Whether an error says that a limit was reached. */
export function isLimit(error: unknown): boolean {
  return error instanceof KvError && (error.code === 'TOO_MANY_ENTRIES' || error.code === 'STORE_TOO_LARGE')
}
