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

/** ACL categories: those that follow from flags and group, and those declared. */
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
  for (const category of declaration.categories?.split(' ') ?? []) found.add(category)
  return [...found]
}

function statusSet(c: Context, words: readonly string[]): void {
  c.reply.set(words.length)
  for (const word of words) c.reply.status(word)
}

function bulkSet(c: Context, words: readonly string[]): void {
  c.reply.set(words.length)
  for (const word of words) c.reply.bulk(word)
}

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
    if (form.kind !== 'key' && form.kind !== 'bytes' && form.kind !== 'int' && form.kind !== 'numkeys') break
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

/** The type names of COMMAND DOCS arguments. */
function argumentType(arg: AnyArg): string {
  switch (arg.form.kind) {
    case 'key':
      return 'key'
    case 'int':
    case 'int64':
      return 'integer'
    case 'double':
      return 'double'
    case 'token':
      return 'pure-token'
    case 'oneOf':
    case 'choice':
    case 'variant':
      return 'oneof'
    case 'options':
    case 'numkeys':
    case 'custom':
      return 'block'
    case 'many':
      return arg.form.of.length === 1 ? argumentType(arg.form.of[0]) : 'block'
    case 'named':
      return arg.form.of.length === 1 ? argumentType(arg.form.of[0]) : 'block'
    default:
      return 'string'
  }
}

function replyArgument(c: Context, arg: AnyArg): void {
  const { reply } = c
  const { form } = arg
  const children: readonly AnyArg[] =
    (form.kind === 'many' || form.kind === 'named') && form.of.length > 1
      ? form.of
      : form.kind === 'variant'
        ? Object.values(form.variants)
        : []
  const tokens = form.kind === 'oneOf' || form.kind === 'choice' ? Object.values(form.tokens) : []
  const token = form.kind === 'named' || form.kind === 'token' ? form.token : null
  const flags = [...(arg.optional ? ['optional'] : []), ...(form.kind === 'many' ? ['multiple'] : [])]
  const inner = children.length + tokens.length
  reply.map(2 + (token === null ? 0 : 1) + (flags.length > 0 ? 1 : 0) + (inner > 0 ? 1 : 0))
  reply.bulk('name')
  reply.bulk(arg.name)
  reply.bulk('type')
  reply.bulk(argumentType(arg))
  if (token !== null) {
    reply.bulk('token')
    reply.bulk(token)
  }
  if (flags.length > 0) {
    reply.bulk('flags')
    statusSet(c, flags)
  }
  if (inner === 0) return
  reply.bulk('arguments')
  reply.array(inner)
  for (const child of children) replyArgument(c, child)
  for (const word of tokens) {
    reply.map(3)
    reply.bulk('name')
    reply.bulk(word.toLowerCase())
    reply.bulk('type')
    reply.bulk('pure-token')
    reply.bulk('token')
    reply.bulk(word)
  }
}

/** Arguments as documentation shows them: the members of `options` stand side by side. */
function documentedArguments(command: Command): AnyArg[] {
  return (command.declaration.args as readonly AnyArg[]).flatMap((arg) =>
    arg.form.kind === 'options' ? Object.values(arg.form.args) : [arg],
  )
}

export function replyCommandDocs(c: Context, command: Command): void {
  const { reply } = c
  const { declaration } = command
  const args = documentedArguments(command)
  const subcommands = [...(command.subcommands?.values() ?? [])]
  const history = declaration.history ?? []
  const extra =
    (declaration.deprecatedSince === undefined ? 0 : 3) +
    (args.length > 0 ? 1 : 0) +
    (subcommands.length > 0 ? 1 : 0) +
    (history.length > 0 ? 1 : 0)
  reply.map(4 + extra)
  reply.bulk('summary')
  reply.bulk(declaration.summary)
  reply.bulk('since')
  reply.bulk(declaration.since)
  reply.bulk('group')
  reply.bulk(declaration.group)
  reply.bulk('complexity')
  reply.bulk(declaration.complexity)
  if (declaration.deprecatedSince !== undefined) {
    reply.bulk('doc_flags')
    statusSet(c, ['deprecated'])
    reply.bulk('deprecated_since')
    reply.bulk(declaration.deprecatedSince)
    reply.bulk('replaced_by')
    reply.bulk(declaration.replacedBy ?? '')
  }
  if (history.length > 0) {
    reply.bulk('history')
    reply.set(history.length)
    for (const [version, change] of history) {
      reply.array(2)
      reply.bulk(version)
      reply.bulk(change)
    }
  }
  if (args.length > 0) {
    reply.bulk('arguments')
    reply.array(args.length)
    for (const arg of args) replyArgument(c, arg)
  }
  if (subcommands.length > 0) {
    reply.bulk('subcommands')
    reply.map(subcommands.length)
    for (const each of subcommands) {
      reply.bulk(each.name)
      replyCommandDocs(c, each)
    }
  }
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
