/** SLOWLOG: the latest commands that took long, cut to a size that is safe to keep. */
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import type { Session } from './session.ts'

const MOST_WORDS = 32
const MOST_BYTES = 128

export interface SlowCommand {
  /** Counts up for as long as the server lives, whatever is removed. */
  readonly id: number
  readonly unixSeconds: number
  readonly microseconds: number
  readonly argv: readonly string[]
  readonly peer: string
  readonly clientName: string
}

export class SlowLog {
  /** Commands that take at least this many microseconds are kept; infinite: none. */
  thresholdUs = Number.POSITIVE_INFINITY
  private mostEntries = 0
  /** The newest is the last. */
  private entries: SlowCommand[] = []
  private nextId = 0

  /** Takes slowlog-log-slower-than (negative: off) and slowlog-max-len. What is kept stays until the next command. */
  configure(slowerThanUs: number, mostEntries: number): void {
    this.thresholdUs = slowerThanUs < 0 || mostEntries === 0 ? Number.POSITIVE_INFINITY : slowerThanUs
    this.mostEntries = mostEntries
  }

  get length(): number {
    return this.entries.length
  }

  add(session: Session, command: Command, argv: readonly string[], microseconds: number): void {
    if ((command.flags & Flag.skip_slowlog) !== 0) return
    this.entries.push({
      id: this.nextId++,
      unixSeconds: Math.floor(session.now / 1000),
      microseconds: Math.floor(microseconds),
      argv: shortened(argv, command.secret === null ? [] : command.secret(argv)),
      peer: session.connection?.peer ?? '?:0',
      clientName: session.name,
    })
    const excess = this.entries.length - this.mostEntries
    if (excess === 1) this.entries.shift()
    else if (excess > 0) this.entries = this.entries.slice(excess)
  }

  /** The newest `count` entries, newest first. */
  latest(count: number): SlowCommand[] {
    return this.entries.slice(Math.max(0, this.entries.length - count)).reverse()
  }

  reset(): void {
    this.entries = []
  }
}

function shortened(argv: readonly string[], secret: readonly number[]): string[] {
  const kept = argv.length > MOST_WORDS ? MOST_WORDS - 1 : argv.length
  const words: string[] = []
  for (let i = 0; i < kept; i++) {
    const word = argv[i]
    if (secret.includes(i)) words.push('(redacted)')
    else if (word.length <= MOST_BYTES) words.push(word)
    else words.push(`${word.slice(0, MOST_BYTES)}... (${word.length - MOST_BYTES} more bytes)`)
  }
  if (kept < argv.length) words.push(`... (${argv.length - kept} more arguments)`)
  return words
}
