/** What COMMAND DOCS tells, derived from the declarations; redis-cli makes its hints of it. */
import type { AnyArg } from '../../spec/args.ts'
import type { Command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { statusSet } from './shared-command.ts'

/** One argument as documented. 'oneof' and 'block' have children, which clients rely on, and nothing else has. */
interface DocumentedArgument {
  readonly name: string
  readonly type: 'key' | 'string' | 'integer' | 'double' | 'pure-token' | 'oneof' | 'block'
  readonly token?: string
  readonly optional?: boolean
  readonly multiple?: boolean
  readonly children?: readonly DocumentedArgument[]
}

function documentArgument(arg: AnyArg): DocumentedArgument {
  const { name, form, optional } = arg
  switch (form.kind) {
    case 'key':
      return { name, type: 'key', optional }
    case 'int':
    case 'int64':
      return { name, type: 'integer', optional }
    case 'double':
      return { name, type: 'double', optional }
    case 'token':
      return { name, type: 'pure-token', token: form.token, optional }
    case 'oneOf':
    case 'choice':
      return { name, type: 'oneof', optional, children: Object.values(form.tokens).map(pureToken) }
    case 'variant':
      return { name, type: 'oneof', optional, children: Object.values(form.variants).map(alternative) }
    case 'options':
      return { name, type: 'block', optional, children: Object.values(form.args).map(documentArgument) }
    case 'numkeys':
      return {
        name,
        type: 'block',
        optional,
        children: [
          { name, type: 'integer' },
          { name: 'key', type: 'key', multiple: true },
        ],
      }
    case 'many':
      return { ...together(name, form.of), optional, multiple: true }
    case 'named':
      return { ...together(name, form.of), token: form.token, optional }
    case 'custom':
      return { name: form.syntax, type: 'string', optional }
    default:
      return { name, type: 'string', optional }
  }
}

const pureToken = (token: string): DocumentedArgument => ({ name: token.toLowerCase(), type: 'pure-token', token })

/** One of several is not by itself optional. */
const alternative = (arg: AnyArg): DocumentedArgument => ({ ...documentArgument(arg), optional: false })

/** Several arguments that stand together are a block; one that has no word before it stays what it is. */
function together(name: string, of: readonly AnyArg[]): DocumentedArgument {
  const children = of.map(documentArgument)
  const [only] = children
  return children.length === 1 && only.token === undefined ? only : { name, type: 'block', children }
}

function replyArgument(c: Context, { name, type, token, optional, multiple, children = [] }: DocumentedArgument): void {
  const { reply } = c
  const flags = [...(optional ? ['optional'] : []), ...(multiple ? ['multiple'] : [])]
  reply.map(2 + (token === undefined ? 0 : 1) + (flags.length > 0 ? 1 : 0) + (children.length > 0 ? 1 : 0))
  reply.bulk('name')
  reply.bulk(name)
  reply.bulk('type')
  reply.bulk(type)
  if (token !== undefined) {
    reply.bulk('token')
    reply.bulk(token)
  }
  if (flags.length > 0) {
    reply.bulk('flags')
    statusSet(c, flags)
  }
  if (children.length === 0) return
  reply.bulk('arguments')
  reply.array(children.length)
  for (const child of children) replyArgument(c, child)
}

/** Arguments as documentation shows them: the members of `options` stand side by side. */
function documentedArguments(command: Command): DocumentedArgument[] {
  const args = (command.declaration.args as readonly AnyArg[]).flatMap((arg) =>
    arg.form.kind === 'options' ? Object.values(arg.form.args) : [arg],
  )
  return args.map(documentArgument)
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
