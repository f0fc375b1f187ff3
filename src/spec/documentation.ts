/** Arguments as COMMAND DOCS shows them: a tree of data, derived from the declaration. */
import type { AnyArg } from './args.ts'

export interface DocumentedArgument {
  readonly name: string
  readonly type: 'key' | 'string' | 'integer' | 'double' | 'pattern' | 'unix-time' | 'pure-token' | 'oneof' | 'block'
  /** Index of the key specification it belongs to. */
  readonly keySpec?: number
  readonly token?: string
  readonly since?: string
  readonly optional?: boolean
  readonly multiple?: boolean
  /** With `multiple`: each time with its token. */
  readonly multipleToken?: boolean
  /** Of 'oneof' and 'block', and of nothing else: clients rely on it. */
  readonly children?: readonly DocumentedArgument[]
}

/** Counts key specifications while the tree is walked in order. */
interface KeyCount {
  next: number
}

function documentedOne(a: AnyArg, keys: KeyCount): DocumentedArgument[] {
  const { form, shown } = a
  if (shown?.like !== undefined) return documentedArguments(shown.like, keys)
  const bare = documentedForm(a, keys)
  if (form.kind === 'options' || form.kind === 'custom' || form.kind === 'numkeys') return bare
  const [only] = bare
  return [
    {
      ...only,
      type: shown?.type ?? only.type,
      optional: a.optional || only.optional === true,
      multiple: shown?.repeated === true || only.multiple === true,
      ...(shown?.since === undefined ? {} : { since: shown.since }),
      ...(shown?.keySpec === undefined ? {} : { keySpec: shown.keySpec }),
      ...(shown?.repeated === undefined ? {} : { multipleToken: shown.repeated }),
    },
  ]
}

function documentedForm(a: AnyArg, keys: KeyCount): DocumentedArgument[] {
  const { name, form } = a
  switch (form.kind) {
    case 'key':
      if (form.access === 'not_key') return [{ name, type: 'string' }]
      return [{ name, type: 'key', keySpec: form.about.continues === true ? keys.next - 1 : keys.next++ }]
    case 'int':
    case 'int64':
      return [{ name, type: 'integer' }]
    case 'double':
      return [{ name, type: 'double' }]
    case 'token':
      return [{ name, type: 'pure-token', token: form.token }]
    case 'oneOf':
    case 'choice': {
      const children = Object.values(form.tokens).map((token): DocumentedArgument => {
        const since = a.shown?.sinceOf?.[token]
        return { name: token.toLowerCase(), type: 'pure-token', token, ...(since === undefined ? {} : { since }) }
      })
      return [{ name, type: 'oneof', children }]
    }
    case 'variant': {
      // One of several is not by itself optional.
      const children = Object.values(form.variants).flatMap((x) => documentedOne({ ...x, optional: false }, keys))
      return [{ name, type: 'oneof', children }]
    }
    case 'options':
      return documentedArguments(Object.values(form.args), keys)
    case 'custom':
      return documentedArguments(form.like, keys)
    case 'numkeys':
      return [
        { name: 'numkeys', type: 'integer' },
        { name: 'key', type: 'key', keySpec: keys.next++, optional: form.about.none === true, multiple: true },
      ]
    case 'many':
      return [{ ...together(name, form.of, keys), optional: form.none, multiple: true }]
    case 'named':
      return [{ ...together(name, form.of, keys), token: form.token }]
    case 'block':
      return [{ name, type: 'block', children: documentedArguments(form.of, keys) }]
    default:
      return [{ name, type: 'string' }]
  }
}

/** Several arguments that stand together are a block; one that has no word before it stays what it is. */
function together(name: string, of: readonly AnyArg[], keys: KeyCount): DocumentedArgument {
  const children = documentedArguments(of, keys)
  const [only] = children
  return children.length === 1 && only.token === undefined ? only : { name, type: 'block', children }
}

export function documentedArguments(args: readonly AnyArg[], keys: KeyCount = { next: 0 }): DocumentedArgument[] {
  return args.flatMap((a) => documentedOne(a, keys))
}
