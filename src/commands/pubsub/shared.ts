/** What the commands of publish and subscribe share. */

import type { Reply } from '../../resp/reply.ts'
import { plainSubscriptionCount, type SubscriptionKind } from '../../server/pubsub.ts'
import type { Session } from '../../server/session.ts'
import type { Context } from '../../spec/context.ts'
import { globMatch } from '../../util/glob.ts'

const PREFIX: Readonly<Record<SubscriptionKind, string>> = { channel: '', pattern: 'p', shard: 's' }

/** Confirmations are pushes: they reach a client that turned its replies off, too. */
function pushesOf(c: Context): Reply {
  return c.session.muted === 'no' ? c.reply : c.session.writer
}

/** Shard channels are counted by themselves. */
function countAfter(session: Session, kind: SubscriptionKind): number {
  return kind === 'shard' ? (session.subscriptions?.shard.size ?? 0) : plainSubscriptionCount(session)
}

function confirm(c: Context, word: string, name: string | null, kind: SubscriptionKind): void {
  const reply = pushesOf(c)
  reply.push(3)
  reply.bulk(PREFIX[kind] + word)
  if (name === null) reply.null()
  else reply.bulk(name)
  reply.int(countAfter(c.session, kind))
}

export function subscribe(c: Context, kind: SubscriptionKind, names: readonly string[]): void {
  for (const name of names) {
    c.server.pubsub.subscribe(c.session, kind, name)
    confirm(c, 'subscribe', name, kind)
  }
}

/** Of no names: ends all subscriptions of that kind. Confirms each, and also that there was none. */
export function unsubscribe(c: Context, kind: SubscriptionKind, names: readonly string[]): void {
  const targets = names.length > 0 ? names : [...(c.session.subscriptions?.[kind] ?? [])]
  for (const name of targets) {
    c.server.pubsub.unsubscribe(c.session, kind, name)
    confirm(c, 'unsubscribe', name, kind)
  }
  if (targets.length === 0) confirm(c, 'unsubscribe', null, kind)
}

export function replyNames(c: Context, kind: SubscriptionKind, pattern: string | null): void {
  const names = [...c.server.pubsub.names(kind)].filter((name) => pattern === null || globMatch(pattern, name))
  c.reply.array(names.length)
  for (const name of names) c.reply.bulk(name)
}

export function replyCounts(c: Context, kind: SubscriptionKind, names: readonly string[]): void {
  c.reply.array(names.length * 2)
  for (const name of names) {
    c.reply.bulk(name)
    c.reply.int(c.server.pubsub.listening(kind, name))
  }
}
