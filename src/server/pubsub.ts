/**
 * Publish and subscribe: who listens to which channel, and handing messages on.
 *
 * A message is encoded at most once per protocol version and appended by reference to what waits for each receiver,
 * so fan-out costs one concatenation a client. Messages to the client whose command is running wait until its reply
 * is complete (`Server.deferred`), so that they never end up inside it.
 */
import { Restriction } from '../spec/restrictions.ts'
import { globMatch } from '../util/glob.ts'
import type { Session } from './session.ts'

export type SubscriptionKind = 'channel' | 'pattern' | 'shard'

/** What one client listens to, in the order it asked. */
export interface Subscriptions {
  readonly channel: Set<string>
  readonly pattern: Set<string>
  readonly shard: Set<string>
}

export class PubSub {
  /** Listeners by channel or pattern, in order of arrival. Entries nobody listens to are removed. */
  private readonly listeners: Readonly<Record<SubscriptionKind, Map<string, Set<Session>>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  }

  /** True while nobody would hear an ordinary message, whatever its channel. */
  get isSilent(): boolean {
    return this.listeners.channel.size === 0 && this.listeners.pattern.size === 0
  }

  /** Number of channels, patterns or shard channels that have listeners. */
  count(kind: SubscriptionKind): number {
    return this.listeners[kind].size
  }

  /** The channels, patterns or shard channels that have listeners. */
  names(kind: SubscriptionKind): Iterable<string> {
    return this.listeners[kind].keys()
  }

  /** How many clients listen to one name. */
  listening(kind: SubscriptionKind, name: string): number {
    return this.listeners[kind].get(name)?.size ?? 0
  }

  subscribe(session: Session, kind: SubscriptionKind, name: string): void {
    if (session.subscriptions === null) {
      session.subscriptions = { channel: new Set(), pattern: new Set(), shard: new Set() }
      if (session.kind === 'normal') session.kind = 'pubsub'
      session.restrict(Restriction.subscribed, session.protocol === 2)
    }
    session.subscriptions[kind].add(name)
    const all = this.listeners[kind]
    const sessions = all.get(name)
    if (sessions === undefined) all.set(name, new Set([session]))
    else sessions.add(session)
  }

  unsubscribe(session: Session, kind: SubscriptionKind, name: string): void {
    const { subscriptions } = session
    if (!subscriptions?.[kind].delete(name)) return
    this.removeListener(session, kind, name)
    if (subscriptionCount(session) > 0) return
    session.subscriptions = null
    if (session.kind === 'pubsub') session.kind = 'normal'
    session.restrict(Restriction.subscribed, false)
  }

  /** Ends every subscription of a client without telling it: it is gone, or starts afresh. */
  release(session: Session): void {
    for (const kind of ['channel', 'pattern', 'shard'] as const) {
      for (const name of [...(session.subscriptions?.[kind] ?? [])]) this.unsubscribe(session, kind, name)
    }
  }

  private removeListener(session: Session, kind: SubscriptionKind, name: string): void {
    const sessions = this.listeners[kind].get(name)
    if (sessions?.delete(session) && sessions.size === 0) this.listeners[kind].delete(name)
  }

  /** Hands a message to the listeners of a channel and of patterns it matches; how many times it was handed out. */
  publish(channel: string, message: string): number {
    const { channel: channels, pattern: patterns } = this.listeners
    let receivers = this.deliver(channels.get(channel), ['message', channel, message])
    for (const [pattern, sessions] of patterns) {
      if (!globMatch(pattern, channel)) continue
      receivers += this.deliver(sessions, ['pmessage', pattern, channel, message])
    }
    return receivers
  }

  /** The same for a shard channel, which patterns do not match. */
  publishToShard(channel: string, message: string): number {
    return this.deliver(this.listeners.shard.get(channel), ['smessage', channel, message])
  }

  private deliver(sessions: ReadonlySet<Session> | undefined, words: readonly string[]): number {
    if (sessions === undefined) return 0
    const { size } = sessions
    let body = ''
    let resp2 = ''
    let resp3 = ''
    for (const session of sessions) {
      if (body === '') body = encode(words)
      if (session.protocol === 3) session.push((resp3 ||= `>${body}`))
      else session.push((resp2 ||= `*${body}`))
    }
    return size
  }
}

/** An array or push of bulks, without its first byte. */
function encode(words: readonly string[]): string {
  let text = `${words.length}\r\n`
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`
  return text
}

/** Channels and patterns: the number in the confirmation of SUBSCRIBE and its like. */
export function plainSubscriptionCount({ subscriptions }: Session): number {
  return subscriptions === null ? 0 : subscriptions.channel.size + subscriptions.pattern.size
}

/** All of a client's subscriptions, of any kind. */
export function subscriptionCount(session: Session): number {
  return plainSubscriptionCount(session) + (session.subscriptions?.shard.size ?? 0)
}
