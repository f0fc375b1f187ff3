/**
 * Which history our data belongs to. Two servers that name the same history and offset have the same data.
 *
 * A replica has its master's history. When it becomes a master it begins one of its own, but remembers the old one and
 * how far it shared it, so that its former fellow replicas can go on from where they are.
 */
import type { Random } from '../util/random.ts'

const ID_CHARS = 40
const NO_ID = '0'.repeat(ID_CHARS)

export class History {
  private readonly random: Random
  id: string
  /** The history we had before, or forty zeros. */
  previousId = NO_ID
  /** Offset, counted from 1, of the first byte that we do not share with it; -1 without one. */
  previousEnd = -1
  /** It is our master's: we are a replica, and add nothing to it. */
  inherited = false

  constructor(random: Random) {
    this.random = random
    this.id = random.hex(ID_CHARS)
  }

  /** Can somebody of that history who wants the bytes from `from` (counted from 1) on be told to go on? */
  includes(id: string, from: number): boolean {
    return id === this.id || (id === this.previousId && from <= this.previousEnd)
  }

  /** Begins a history that nobody knows. */
  renew(): void {
    this.id = this.random.hex(ID_CHARS)
  }

  forgetPrevious(): void {
    this.previousId = NO_ID
    this.previousEnd = -1
  }

  /** Goes on under another name from `offset` on; the old name stays valid for what was before. */
  rename(id: string, offset: number): void {
    this.previousId = this.id
    this.previousEnd = offset + 1
    this.id = id
  }

  /** As `rename`, with a name that nobody knows. */
  branch(offset: number): void {
    this.rename(this.random.hex(ID_CHARS), offset)
  }
}

/** Forty hexadecimal digits? */
export function isHistoryId(text: string): boolean {
  return /^[0-9a-f]{40}$/i.test(text)
}
