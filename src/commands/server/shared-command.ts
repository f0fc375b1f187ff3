/** What COMMAND and its subcommands tell, all derived from the declarations. */
import { E } from '../../resp/errors.ts'
import type { KeyAccess, KeySpec } from '../../spec/args.ts'
import { aclCategories } from '../../spec/categories.ts'
import type { Command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { Flag, flagNames } from '../../spec/flags.ts'

/** The flags of a key. */
export const accessFlags = (access: KeyAccess): string[] => access.split(' ')

export function statusSet(c: Context, words: readonly string[]): void {
  c.reply.set(words.length)
  for (const word of words) c.reply.status(word)
}

function bulkSet(c: Context, words: readonly string[]): void {
  c.reply.set(words.length)
  for (const word of words) c.reply.bulk(word)
}

/** `{type, spec}`, as both halves of a key specification are shown. */
function replyTyped(c: Context, name: string, type: string, spec: Readonly<Record<string, string | number>>): void {
  const { reply } = c
  reply.bulk(name)
  reply.map(2)
  reply.bulk('type')
  reply.bulk(type)
  reply.bulk('spec')
  const entries = Object.entries(spec)
  reply.map(entries.length)
  for (const [field, value] of entries) {
    reply.bulk(field)
    if (typeof value === 'number') reply.int(value)
    else reply.bulk(value)
  }
}

function replyKeySpec(c: Context, { access, notes, varies, incomplete, begin, find }: KeySpec): void {
  const { reply } = c
  reply.map(notes === undefined ? 3 : 4)
  if (notes !== undefined) {
    reply.bulk('notes')
    reply.bulk(notes)
  }
  reply.bulk('flags')
  statusSet(c, [
    ...accessFlags(access),
    ...(incomplete === true ? ['incomplete'] : []),
    ...(varies === undefined ? [] : ['variable_flags']),
  ])
  if (begin === null) replyTyped(c, 'begin_search', 'unknown', {})
  else if ('index' in begin) replyTyped(c, 'begin_search', 'index', { index: begin.index })
  else replyTyped(c, 'begin_search', 'keyword', { keyword: begin.keyword, startfrom: begin.startFrom })
  if (find === null) replyTyped(c, 'find_keys', 'unknown', {})
  else if ('last' in find) {
    replyTyped(c, 'find_keys', 'range', { lastkey: find.last, keystep: find.step, limit: find.limit })
  } else {
    replyTyped(c, 'find_keys', 'keynum', { keynumidx: find.countAt, firstkey: find.first, keystep: find.step })
  }
}

export function replyCommandInfo(c: Context, command: Command): void {
  const { reply } = c
  const { keys } = command
  reply.array(10)
  reply.bulk(command.name)
  reply.int(command.arity)
  statusSet(c, flagNames(command.flags))
  reply.int(keys.first)
  reply.int(keys.last)
  reply.int(keys.step)
  statusSet(c, aclCategories(command))
  bulkSet(c, command.declaration.tips ?? [])
  reply.set(keys.specs.length)
  for (const spec of keys.specs) replyKeySpec(c, spec)
  const subcommands = [...(command.subcommands?.values() ?? [])]
  reply.set(subcommands.length)
  for (const each of subcommands) replyCommandInfo(c, each)
}

/** The keys of a request given as words; throws as COMMAND GETKEYS does. */
export function keysOfRequest(c: Context, words: readonly string[]): { index: number; access: KeyAccess }[] {
  let command = c.server.table.get(words[0])
  if (command?.subcommands != null && words.length > 1) {
    command = command.subcommands.get(words[1].toUpperCase())
  }
  if (command === undefined) throw E.invalidCommand
  if (!command.keys.any) throw E.noKeyArguments
  const { arity } = command
  if (arity > 0 ? words.length !== arity : words.length < -arity) throw E.invalidNumberOfArguments
  const found: { index: number; access: KeyAccess }[] = []
  const whole = command.keys.each(words, (index, access) => found.push({ index, access }))
  if (!whole) found.length = 0
  if (found.length === 0 && (command.flags & Flag.no_mandatory_keys) === 0) throw E.invalidArguments
  return found
}
