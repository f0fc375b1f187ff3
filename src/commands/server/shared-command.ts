/** What COMMAND and its subcommands tell, all derived from the declarations. */
import { E } from '../../resp/errors.ts'
import type { AnyArg, KeyAccess } from '../../spec/args.ts'
import type { Command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { Flag, flagNames } from '../../spec/flags.ts'

/** The flags of a key specification. */
export function accessFlags(access: KeyAccess): string[] {
  switch (access) {
    case 'read':
      return ['RO', 'access']
    case 'write':
      return ['OW', 'update']
    case 'update':
      return ['RW', 'access', 'update']
    case 'delete':
      return ['RM', 'delete']
    case 'notKey':
      return ['not_key']
  }
}

const GROUP_CATEGORY: Readonly<Record<string, string>> = {
  generic: '@keyspace',
  string: '@string',
  list: '@list',
  set: '@set',
  'sorted-set': '@sortedset',
  hash: '@hash',
  pubsub: '@pubsub',
  transactions: '@transaction',
  connection: '@connection',
  scripting: '@scripting',
  hyperloglog: '@hyperloglog',
  geo: '@geo',
  stream: '@stream',
  bitmap: '@bitmap',
}

/** In Redis's order. */
const CATEGORIES = [
  '@keyspace', '@read', '@write', '@set', '@sortedset', '@list', '@hash', '@string', '@bitmap', '@hyperloglog', '@geo',
  '@stream', '@pubsub', '@admin', '@fast', '@slow', '@blocking', '@dangerous', '@connection', '@transaction',
  '@scripting',
] // biome-ignore format: one table

/** ACL categories: those that follow from flags and group, and those declared; one declared with `-` is left out. */
export function aclCategories(command: Command): string[] {
  const { flags, declaration } = command
  const found = new Set<string>()
  if ((flags & Flag.write) !== 0) found.add('@write')
  if ((flags & Flag.readonly) !== 0 && declaration.group !== 'scripting') found.add('@read')
  const group = GROUP_CATEGORY[declaration.group]
  if (group !== undefined) found.add(group)
  if ((flags & Flag.admin) !== 0) found.add('@admin').add('@dangerous')
  if ((flags & Flag.pubsub) !== 0) found.add('@pubsub')
  if ((flags & Flag.fast) !== 0) found.add('@fast')
  else found.add('@slow')
  if ((flags & Flag.blocking) !== 0) found.add('@blocking')
  for (const category of declaration.categories?.split(' ') ?? []) {
    if (category.startsWith('-')) found.delete(category.slice(1))
    else found.add(category)
  }
  return CATEGORIES.filter((category) => found.has(category))
}

export function statusSet(c: Context, words: readonly string[]): void {
  c.reply.set(words.length)
  for (const word of words) c.reply.status(word)
}

function bulkSet(c: Context, words: readonly string[]): void {
  c.reply.set(words.length)
  for (const word of words) c.reply.bulk(word)
}

/** Arguments of exactly one word: what comes after them has a fixed index. */
const ONE_WORD = new Set(['key', 'bytes', 'int', 'int64', 'double', 'choice', 'read'])

/** One key specification per place in the declaration that can carry keys. */
function keySpecs(
  command: Command,
): { begin: number; step: number; last: number; access: KeyAccess; numkeys: boolean }[] {
  const specs: { begin: number; step: number; last: number; access: KeyAccess; numkeys: boolean }[] = []
  let at = command.firstArg
  for (const arg of command.declaration.args as readonly AnyArg[]) {
    const { form } = arg
    if (form.kind === 'key') specs.push({ begin: at, step: 1, last: 0, access: form.access, numkeys: false })
    else if (form.kind === 'numkeys') specs.push({ begin: at, step: 1, last: 0, access: form.access, numkeys: true })
    else if (form.kind === 'many') {
      form.of.forEach((x, i) => {
        if (x.form.kind !== 'key') return
        specs.push({ begin: at + i, step: form.of.length, last: -1, access: x.form.access, numkeys: false })
      })
    }
    if (!ONE_WORD.has(form.kind) && form.kind !== 'numkeys') break
    at++
  }
  return specs
}

function replyKeySpecs(c: Context, command: Command): void {
  const specs = keySpecs(command)
  c.reply.set(specs.length)
  for (const spec of specs) {
    c.reply.map(3)
    c.reply.bulk('flags')
    statusSet(c, accessFlags(spec.access))
    c.reply.bulk('begin_search')
    c.reply.map(2)
    c.reply.bulk('type')
    c.reply.bulk('index')
    c.reply.bulk('spec')
    c.reply.map(1)
    c.reply.bulk('index')
    c.reply.int(spec.begin)
    c.reply.bulk('find_keys')
    c.reply.map(2)
    c.reply.bulk('type')
    c.reply.bulk(spec.numkeys ? 'keynum' : 'range')
    c.reply.bulk('spec')
    c.reply.map(3)
    if (spec.numkeys) {
      c.reply.bulk('keynumidx')
      c.reply.int(0)
      c.reply.bulk('firstkey')
      c.reply.int(1)
      c.reply.bulk('keystep')
      c.reply.int(spec.step)
    } else {
      c.reply.bulk('lastkey')
      c.reply.int(spec.last)
      c.reply.bulk('keystep')
      c.reply.int(spec.step)
      c.reply.bulk('limit')
      c.reply.int(0)
    }
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
  replyKeySpecs(c, command)
  const subcommands = [...(command.subcommands?.values() ?? [])]
  reply.set(subcommands.length)
  for (const each of subcommands) replyCommandInfo(c, each)
}

/** The keys of a request given as words; throws as COMMAND GETKEYS does. */
export function keysOfRequest(c: Context, words: readonly string[]): { index: number; access: KeyAccess }[] {
  let command = c.server.table.get(words[0])
  if (command?.subcommands != null && words.length > 1) {
    command = command.subcommands.get(words[1].toUpperCase()) ?? command
  }
  if (command === undefined) throw E.invalidCommand
  if (!command.keys.any) throw E.noKeyArguments
  const { arity } = command
  if (arity > 0 ? words.length !== arity : words.length < -arity) throw E.invalidNumberOfArguments
  const found: { index: number; access: KeyAccess }[] = []
  command.keys.each(words, (index, access) => found.push({ index, access }))
  if (found.length === 0) throw E.invalidArguments
  return found
}
