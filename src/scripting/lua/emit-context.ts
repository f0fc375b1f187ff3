import type { Site } from './sites.ts'
import type { Expression, FunctionBody } from './syntax.ts'

export type StaticType = 'nil' | 'boolean' | 'number' | 'string' | 'table' | 'function' | undefined

/** What is shared by the whole generated text. */
export interface Emission {
  readonly sites: Site[]
  /** Functions that call anything are made suspendable. */
  readonly coroutines: boolean
  /** Every function has an environment of its own. */
  readonly environments: boolean
  nextLoop: number
}

/** One function while its code is written. */
export interface FunctionState {
  readonly body: FunctionBody
  readonly suspendable: boolean
  /** Temporary variables now in use, and the most there ever were. */
  used: number
  most: number
  /** Lua keeps one constant of each value in a function, so the first zero's sign is that of all. */
  zero: number | undefined
  /** The longest list of arguments. */
  widest: number
}

/** A value of a JavaScript string literal, safe inside the generated text and free of marker look-alikes. */
export function literal(text: string): string {
  if (/^[\w :.%,-]*$/.test(text)) return `"${text}"`
  return JSON.stringify(text).replaceAll('/', '\\x2f').replaceAll('\x7f', '\\x7f')
}

export function numberLiteral(value: number): string {
  if (Object.is(value, -0)) return '(-0)'
  if (value === Number.POSITIVE_INFINITY) return '(1/0)'
  return value < 0 ? `(${value})` : String(value)
}

/** How an error message names what an expression stands for; undefined for a value without a name. */
export function describe(expression: Expression): string | undefined {
  switch (expression.type) {
    case 'local':
      return `${expression.upvalue ? 'upvalue' : 'local'} '${expression.local.name}'`
    case 'global':
      return `global '${expression.name}'`
    case 'index':
      return `field '${expression.key.type === 'string' ? expression.key.value.split('\0', 1)[0] : '?'}'`
    case 'paren':
      return describe(expression.inner)
    case 'call':
    case 'vararg':
      return undefined
    default:
      return undefined
  }
}

/** Whether reading it twice is the same as reading it once. */
export function isSimple(expression: Expression): boolean {
  switch (expression.type) {
    case 'nil':
    case 'true':
    case 'false':
    case 'number':
    case 'string':
    case 'local':
      return true
    case 'paren':
      return isSimple(expression.inner)
    default:
      return false
  }
}

export function staticType(expression: Expression): StaticType {
  switch (expression.type) {
    case 'nil':
    case 'number':
    case 'string':
    case 'table':
    case 'function':
      return expression.type
    case 'true':
    case 'false':
      return 'boolean'
    case 'paren':
      return staticType(expression.inner)
    case 'local':
      return expression.local.numeric && !expression.local.assigned ? 'number' : undefined
    case 'unary':
      if (expression.operator === 'not') return 'boolean'
      if (expression.operator === '-') return staticType(expression.operand) === 'number' ? 'number' : undefined
      return staticType(expression.operand) === 'string' ? 'number' : undefined
    case 'binary':
      switch (expression.operator) {
        case '==':
        case '~=':
        case '<':
        case '<=':
        case '>':
        case '>=':
          return 'boolean'
        case '..':
          return isText(expression.left) && isText(expression.right) ? 'string' : undefined
        default:
          return staticType(expression.left) === 'number' && staticType(expression.right) === 'number'
            ? 'number'
            : undefined
      }
    default:
      return undefined
  }
}

function isText(expression: Expression): boolean {
  const type = staticType(expression)
  return type === 'string' || type === 'number'
}
