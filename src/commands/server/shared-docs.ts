/** What COMMAND DOCS tells, derived from the declarations; redis-cli makes its hints of it. */
import type { Command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { type DocumentedArgument, documentedArguments } from '../../spec/documentation.ts'
import { statusSet } from './shared-command.ts'

function replyArgument(c: Context, argument: DocumentedArgument): void {
  const { reply } = c
  const { keySpec, token, since, children = [] } = argument
  const flags = [
    ...(argument.optional ? ['optional'] : []),
    ...(argument.multiple ? ['multiple'] : []),
    ...(argument.multipleToken ? ['multiple_token'] : []),
  ]
  const fields: [string, string][] = [
    ['name', argument.name],
    ['type', argument.type],
  ]
  if (token !== undefined) fields.push(['token', token])
  if (since !== undefined) fields.push(['since', since])
  const more = (keySpec === undefined ? 0 : 1) + (flags.length > 0 ? 1 : 0) + (children.length > 0 ? 1 : 0)
  reply.map(fields.length + more)
  for (const [field, value] of fields) {
    reply.bulk(field)
    reply.bulk(value)
  }
  if (keySpec !== undefined) {
    reply.bulk('key_spec_index')
    reply.int(keySpec)
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

export function replyCommandDocs(c: Context, command: Command): void {
  const { reply } = c
  const { declaration } = command
  const args = documentedArguments(declaration.args)
  const subcommands = [...(command.subcommands?.values() ?? [])]
  const history = declaration.history ?? []
  const flags = [
    ...(declaration.deprecatedSince === undefined ? [] : ['deprecated']),
    ...(declaration.system === true ? ['syscmd'] : []),
  ]
  const extra =
    (flags.length > 0 ? 1 : 0) +
    (declaration.deprecatedSince === undefined ? 0 : 2) +
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
  if (flags.length > 0) {
    reply.bulk('doc_flags')
    statusSet(c, flags)
  }
  if (declaration.deprecatedSince !== undefined) {
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
