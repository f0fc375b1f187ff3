/** Set algebra for SINTER, SUNION, SDIFF and their STORE forms. */
import type { Context } from '../../spec/context.ts'
import { MemberSet } from '../../types/member-set.ts'

export type Operation = 'inter' | 'union' | 'diff'

/** The members of the intersection, up to a limit (0: none). Walks the smallest set. */
export function intersect(c: Context, keys: readonly string[], limit = 0): string[] {
  const found = keys.map((key) => c.db.sets.get(key))
  const sets = found.filter((set) => set !== undefined)
  if (sets.length < found.length) return []
  sets.sort((a, b) => a.size - b.size)
  const [smallest, ...others] = sets
  const members: string[] = []
  smallest.forEach((member) => {
    if (limit > 0 && members.length >= limit) return
    if (others.every((set) => set === smallest || set.has(member))) members.push(member)
  })
  return members
}

/** The members of the union, each once, in order of first appearance. */
export function unite(c: Context, keys: readonly string[]): string[] {
  const members = new Set<string>()
  const sets = keys.map((key) => c.db.sets.get(key))
  for (const set of sets) set?.forEach((member) => members.add(member))
  return [...members]
}

/** The members of the first set that no other has. */
export function subtract(c: Context, keys: readonly string[]): string[] {
  const [first, ...others] = keys.map((key) => c.db.sets.get(key))
  const members: string[] = []
  first?.forEach((member) => {
    if (!others.some((set) => set?.has(member))) members.push(member)
  })
  return members
}

export function combine(c: Context, operation: Operation, keys: readonly string[]): string[] {
  return operation === 'inter' ? intersect(c, keys) : operation === 'union' ? unite(c, keys) : subtract(c, keys)
}

export function replyMembers(c: Context, members: readonly string[]): void {
  c.reply.set(members.length)
  for (const member of members) c.reply.bulk(member)
}

/** SINTERSTORE and its family: an empty result deletes the destination. */
export function storeResult(c: Context, operation: Operation, destination: string, keys: readonly string[]): void {
  const { db, reply } = c
  const members = combine(c, operation, keys)
  if (members.length === 0) {
    if (db.delete(destination)) db.changed(destination, 'del')
    return reply.int(0)
  }
  const set = new MemberSet()
  for (const member of members) set.add(member, c.store.limits)
  db.set(destination, set)
  db.changed(destination, `s${operation}store`)
  reply.int(members.length)
}
