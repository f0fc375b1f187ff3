/** What the list commands share: ends, pops, moves, and waiting for elements. */
import { E } from '../../resp/errors.ts'
import { choice, custom, int, named, numkeys } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import type { List } from '../../types/list.ts'
import { parseClamped } from '../../util/numbers.ts'

export type End = 'left' | 'right'

export const end = (name: string) => choice(name, { left: 'LEFT', right: 'RIGHT' })

/** `numkeys key [key ...] <LEFT | RIGHT> [COUNT count]` of LMPOP, which refuses in its own order. */
export const popMany = <W extends string>(words: Readonly<Record<string, W>>) =>
  custom('numkeys', {
    like: [
      numkeys('RW access delete'),
      choice('where', Object.fromEntries(Object.keys(words).map((word) => [word, word]))),
      named('COUNT', int('count')),
    ],
    min: 3,
    read(argv, from): { value: { keys: readonly string[]; where: W; count: number }; next: number } {
      const n = parseClamped(argv[from])
      if (n !== n || n < 1) throw E.numkeysZero
      const at = from + 1 + n
      if (at >= argv.length) throw E.syntax
      const where = words[argv[at].toUpperCase()]
      if (where === undefined) throw E.syntax
      let count = 1
      if (at + 1 < argv.length) {
        if (at + 2 === argv.length || argv[at + 1].toUpperCase() !== 'COUNT') throw E.syntax
        count = parseClamped(argv[at + 2])
        if (count !== count || count < 1) throw E.countZero
        if (at + 3 < argv.length) throw E.syntax
      }
      return { value: { keys: argv.slice(from + 1, at), where, count }, next: argv.length }
    },
  })

export const ENDS = { LEFT: 'left', RIGHT: 'right' } as const

export function push(list: List, where: End, value: string): void {
  if (where === 'left') list.pushHead(value)
  else list.pushTail(value)
}

export function pop(list: List, where: End): string | undefined {
  return where === 'left' ? list.popHead() : list.popTail()
}

/** LPUSH and its family. */
export function pushAll(c: Context, key: string, values: readonly string[], where: End, onlyExisting: boolean): void {
  const list = onlyExisting ? c.db.lists.edit(key) : c.db.lists.open(key)
  if (list === undefined) return c.reply.int(0)
  for (const value of values) push(list, where, value)
  c.db.changed(key, where === 'left' ? 'lpush' : 'rpush', values.length)
  c.reply.int(list.length)
}

/** LPOP and RPOP, with and without a count. */
export function popSome(c: Context, key: string, count: number | null, where: End): void {
  const list = c.db.lists.edit(key)
  if (list === undefined) return count === null ? c.reply.null() : c.reply.nullArray()
  if (count === null) {
    const value = pop(list, where)!
    c.db.changed(key, where === 'left' ? 'lpop' : 'rpop')
    return c.reply.bulk(value)
  }
  const n = Math.min(count, list.length)
  c.reply.array(n)
  if (n === 0) return
  for (let i = 0; i < n; i++) c.reply.bulk(pop(list, where)!)
  c.db.changed(key, where === 'left' ? 'lpop' : 'rpop', n)
}

/** BLPOP and BRPOP: one element off the first list that has any, else wait. */
export function blockingPop(c: Context, keys: readonly string[], timeoutMs: number, where: End): void {
  const tryKey = (key: string): boolean => {
    const list = c.db.lists.edit(key)
    if (list === undefined) return false
    const value = pop(list, where)!
    c.propagate.as(where === 'left' ? 'LPOP' : 'RPOP', key)
    c.db.changed(key, where === 'left' ? 'lpop' : 'rpop')
    c.reply.array(2)
    c.reply.bulk(key)
    c.reply.bulk(value)
    return true
  }
  for (const key of keys) if (tryKey(key)) return
  c.block({ keys, timeoutMs, retry: (key) => retryList(c, key, tryKey), timedOut: () => c.reply.nullArray() })
}

/** A waiter is only served by a list; a key of another type leaves it waiting. */
export function retryList(c: Context, key: string, tryKey: (key: string) => boolean): boolean {
  const value = c.db.peek(key)
  return typeof value === 'object' && value.kind === 'list' && tryKey(key)
}

/** LMOVE: an element from one end of a list to one end of another. False when the source is empty. */
export function move(c: Context, source: string, target: string, from: End, to: End): boolean {
  const list = c.db.lists.edit(source)
  if (list === undefined) return false
  const other = source === target ? list : c.db.lists.open(target)
  const value = pop(list, from)!
  push(other, to, value)
  c.propagate.as('LMOVE', source, target, from.toUpperCase(), to.toUpperCase())
  const popped = from === 'left' ? 'lpop' : 'rpop'
  c.db.changed(target, to === 'left' ? 'lpush' : 'rpush')
  if (source === target) c.db.notify(source, popped)
  else c.db.changed(source, popped)
  c.reply.bulk(value)
  return true
}

/** BLMOVE and BRPOPLPUSH. */
export function blockingMove(c: Context, source: string, target: string, from: End, to: End, timeoutMs: number): void {
  if (move(c, source, target, from, to)) return
  c.block({
    keys: [source],
    timeoutMs,
    retry: (key) => retryList(c, key, () => move(c, source, target, from, to)),
    timedOut: () => c.reply.null(),
  })
}

/** LMPOP: up to count elements off one list, with its name. False when the list is empty. */
export function popMultiple(c: Context, key: string, where: End, count: number): boolean {
  const list = c.db.lists.edit(key)
  if (list === undefined) return false
  const n = Math.min(count, list.length)
  c.reply.array(2)
  c.reply.bulk(key)
  c.reply.array(n)
  for (let i = 0; i < n; i++) c.reply.bulk(pop(list, where)!)
  c.propagate.as(where === 'left' ? 'LPOP' : 'RPOP', key, String(n))
  c.db.changed(key, where === 'left' ? 'lpop' : 'rpop', n)
  return true
}
