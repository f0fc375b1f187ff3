/** The syntax line of a declaration, for documentation and hints: `SET key value [NX | XX] [EX seconds]`. */
import type { AnyArg } from './args.ts'

export function syntaxOf(a: AnyArg): string {
  const plain = plainSyntax(a)
  return a.optional && a.form.kind !== 'options' && a.form.kind !== 'many' ? bracketed(plain) : plain
}

function bracketed(text: string): string {
  return text.startsWith('[') ? text : `[${text}]`
}

function plainSyntax(a: AnyArg): string {
  const f = a.form
  switch (f.kind) {
    case 'token':
      return f.token
    case 'oneOf':
      return Object.values(f.tokens).join(' | ')
    case 'choice':
      return `<${Object.values(f.tokens).join(' | ')}>`
    case 'named':
      return [f.token, ...f.of.map((x) => x.name)].join(' ')
    case 'variant':
      return Object.values(f.variants).map(plainSyntax).join(' | ')
    case 'options':
      return Object.values(f.args).map(syntaxOf).join(' ')
    case 'numkeys':
      return 'numkeys key [key ...]'
    case 'many': {
      const one = f.of.map((x) => x.name).join(' ')
      return f.none ? `[${one} [${one} ...]]` : `${one} [${one} ...]`
    }
    case 'custom':
      return f.syntax
    default:
      return a.name
  }
}
