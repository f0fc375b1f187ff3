/** The syntax line of a command, for documentation and hints: `SET key value [NX | XX] [EX seconds]`. */

import type { AnyArg } from './args.ts'
import { type DocumentedArgument, documentedArguments } from './documentation.ts'

export function syntaxOf(name: string, args: readonly AnyArg[]): string {
  return [name, ...documentedArguments(args).map(argumentSyntax)].join(' ')
}

function argumentSyntax(a: DocumentedArgument): string {
  const values = a.multipleToken === true ? withToken(a, valueSyntax(a)) : valueSyntax(a)
  const repeats = a.multiple === true ? repeated(a, values) : values
  const whole = a.multipleToken === true ? repeats : withToken(a, repeats)
  if (a.optional === true) return `[${whole}]`
  return a.type === 'oneof' && a.token === undefined && a.multiple !== true && whole.includes(' | ')
    ? `<${whole}>`
    : whole
}

/** Alternatives are too long to be said twice. */
function repeated({ type }: DocumentedArgument, values: string): string {
  return type === 'oneof' ? `<${values}> ...` : `${values} [${values} ...]`
}

function withToken({ type, token }: DocumentedArgument, values: string): string {
  if (token === undefined || type === 'pure-token') return values
  return type === 'oneof' ? `${token} <${values}>` : `${token} ${values}`
}

function valueSyntax({ name, type, token, children = [] }: DocumentedArgument): string {
  switch (type) {
    case 'pure-token':
      return token === '' ? '""' : (token ?? name)
    case 'oneof':
      return children.map(argumentSyntax).join(' | ')
    case 'block':
      return children.map(argumentSyntax).join(' ')
    default:
      return name
  }
}
