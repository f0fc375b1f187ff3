/** Whether a user may make a request: the command, the keys it will use, the channels it names. */
import type { KeyAccess } from '../spec/args.ts'
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import { neededFor, type Selector } from './selector.ts'
import type { User } from './user.ts'

export type DeniedReason = 'command' | 'key' | 'channel'

export interface Denial {
  readonly reason: DeniedReason
  /** Where in the request the key or channel stands. */
  readonly index: number
}

interface ChannelWords {
  /** Only the first word behind the name is one, not all of them. */
  readonly one: boolean
  readonly patterns: boolean
}

/** Commands that name channels. Leaving a channel needs no permission. */
const CHANNELS: ReadonlyMap<string, ChannelWords> = new Map([
  ['publish', { one: true, patterns: false }],
  ['spublish', { one: true, patterns: false }],
  ['subscribe', { one: false, patterns: false }],
  ['ssubscribe', { one: false, patterns: false }],
  ['psubscribe', { one: false, patterns: true }],
])

/** Of several selectors that deny a request the one that got furthest is told. */
const RANK: Readonly<Record<DeniedReason, number>> = { command: 1, key: 2, channel: 3 }

/** The keys of the request being checked; they are looked for at most once, as selectors come to ask for them. */
const indexes: number[] = []
const needs: number[] = []
let collected = false

function collect(index: number, access: KeyAccess): void {
  indexes.push(index)
  needs.push(neededFor(access))
}

function startOver(): void {
  collected = false
  indexes.length = needs.length = 0
}

/** Null when some selector of the user permits the request, with all its keys and channels. */
export function deniedBy(user: User, command: Command, argv: readonly string[]): Denial | null {
  startOver()
  let worst: Denial | null = null
  for (const selector of user.selectors) {
    const denial = deniedBySelector(selector, command, argv)
    if (denial === null) return null
    if (worst === null || isFurther(denial, worst)) worst = denial
  }
  return worst
}

function isFurther(denial: Denial, than: Denial): boolean {
  const rank = RANK[denial.reason] - RANK[than.reason]
  return rank > 0 || (rank === 0 && denial.index > than.index)
}

/** Whether some selector permits the request and lets every key be read: SORT's BY and GET may then name any. */
export function mayReadAllKeys(user: User, command: Command, argv: readonly string[]): boolean {
  startOver()
  return user.selectors.some((s) => s.readsAllKeys && deniedBySelector(s, command, argv) === null)
}

const COMMAND_DENIED: Denial = { reason: 'command', index: 0 }

function deniedBySelector(selector: Selector, command: Command, argv: readonly string[]): Denial | null {
  if ((command.flags & Flag.no_auth) === 0 && !selector.allowsCommand(command, argv)) return COMMAND_DENIED
  if (!selector.allKeys && command.keys.any) {
    if (!collected) {
      command.keys.each(argv, collect)
      collected = true
    }
    for (let i = 0; i < indexes.length; i++) {
      if (!selector.allowsKey(argv[indexes[i]], needs[i])) return { reason: 'key', index: indexes[i] }
    }
  }
  if (!selector.allChannels) {
    const channels = CHANNELS.get(command.name)
    if (channels !== undefined) {
      const end = channels.one ? 2 : argv.length
      for (let i = 1; i < end; i++) {
        if (!selector.allowsChannel(argv[i], channels.patterns)) return { reason: 'channel', index: i }
      }
    }
  }
  return null
}
