/** `string.format`. */
import { argumentError, checkInteger, checkNumber, checkString } from './arguments.ts'
import { LuaError } from './errors.ts'
import { machine } from './machine.ts'
import { formatExponent, formatFixed, formatGeneral, formatNumber } from './numbers.ts'
import { where } from './sites.ts'
import type { LuaValue } from './values.ts'

interface Specification {
  readonly left: boolean
  readonly plus: boolean
  readonly space: boolean
  readonly alternate: boolean
  readonly zero: boolean
  readonly width: number
  /** Undefined where none was given. */
  readonly precision: number | undefined
}

const SPECIFICATION = /([-+ #0]*)([0-9]{0,2})(?:(\.)([0-9]{0,2}))?/y

export function format(args: readonly LuaValue[]): string {
  const template = checkString(args[0], 1)
  let result = ''
  let position = 1
  let at = 0
  while (at < template.length) {
    const mark = template.indexOf('%', at)
    if (mark < 0) break
    result += template.slice(at, mark)
    at = mark + 1
    if (template[at] === '%') {
      result += '%'
      at++
      continue
    }
    if (++position > args.length) throw argumentError(position, 'no value')
    const plain = plainConversion(template.charCodeAt(at), args[position - 1])
    if (plain !== undefined) {
      result += plain
      at++
      continue
    }
    SPECIFICATION.lastIndex = at
    const [all, flags, width, point, precision] = SPECIFICATION.exec(template)!
    if (flags.length >= 6) throw new LuaError(`${where(1)}invalid format (repeated flags)`)
    at += all.length
    if (/[0-9]/.test(template[at] ?? '')) {
      throw new LuaError(`${where(1)}invalid format (width or precision too long)`)
    }
    const conversion = template[at++] ?? ''
    result += convert(conversion, args[position - 1], position, {
      left: flags.includes('-'),
      plus: flags.includes('+'),
      space: flags.includes(' '),
      alternate: flags.includes('#'),
      zero: flags.includes('0'),
      width: Number(width),
      precision: point === undefined ? undefined : Number(precision),
    })
    machine.checkStringLength(result.length)
  }
  machine.charge(result.length >>> 6)
  return result + template.slice(at)
}

/** The common case of `%d` or `%s` without anything between, for values that need no care. */
function plainConversion(code: number, value: LuaValue): string | undefined {
  if (code === 100 && (typeof value !== 'number' || !Number.isSafeInteger(value))) return undefined
  if (code !== 100 && code !== 115) return undefined
  if (typeof value === 'number') return formatNumberOrInteger(code, value)
  return typeof value === 'string' && !value.includes('\0') ? value : undefined
}

function formatNumberOrInteger(code: number, value: number): string {
  return code === 100 ? String(value + 0) : formatNumber(value)
}

function convert(conversion: string, value: LuaValue, position: number, spec: Specification): string {
  switch (conversion) {
    case 'c': {
      // A NUL ends what C's sprintf made, padding before it included.
      const char = String.fromCharCode(checkNumber(value, position) & 255)
      return untilNul(pad(char, spec))
    }
    case 'd':
    case 'i':
      return integer(BigInt(checkInteger(value, position)), spec)
    case 'u':
      return unsigned(value, position, 10, '', { ...spec, plus: false, space: false })
    case 'o':
      return unsigned(value, position, 8, '0', spec)
    case 'x':
      return unsigned(value, position, 16, '0x', spec)
    case 'X':
      return unsigned(value, position, 16, '0x', spec).toUpperCase()
    case 'e':
    case 'f':
    case 'g':
      return float(conversion, checkNumber(value, position), spec)
    case 'E':
    case 'G':
      return float(conversion.toLowerCase(), checkNumber(value, position), spec).toUpperCase()
    case 'q':
      return quoted(checkString(value, position))
    case 's': {
      const text = checkString(value, position)
      if (spec.precision === undefined && text.length >= 100) return text
      return pad(untilNul(text).slice(0, spec.precision ?? text.length), spec)
    }
    default:
      throw new LuaError(`${where(1)}invalid option '%${conversion}' to 'format'`)
  }
}

function untilNul(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function pad(text: string, spec: Specification): string {
  return spec.left ? text.padEnd(spec.width) : text.padStart(spec.width)
}

/** Sign and digits, padded with zeros between them where that is asked for. */
function padNumber(sign: string, digits: string, zeros: boolean, spec: Specification): string {
  if (zeros && !spec.left) digits = digits.padStart(spec.width - sign.length, '0')
  return pad(sign + digits, spec)
}

function signOf(negative: boolean, spec: Specification): string {
  return negative ? '-' : spec.plus ? '+' : spec.space ? ' ' : ''
}

function integer(value: bigint, spec: Specification): string {
  const sign = signOf(value < 0n, spec)
  let digits = (value < 0n ? -value : value).toString()
  if (spec.precision !== undefined)
    digits = value === 0n && spec.precision === 0 ? '' : digits.padStart(spec.precision, '0')
  return padNumber(sign, digits, spec.zero && spec.precision === undefined, spec)
}

function unsigned(value: LuaValue, position: number, base: number, mark: string, spec: Specification): string {
  const number = Math.trunc(checkNumber(value, position))
  const inRange = number > -(2 ** 63) && number < 2 ** 64
  const bits = inRange ? BigInt.asUintN(64, BigInt(number)) : number === Number.POSITIVE_INFINITY ? 0n : 1n << 63n
  let digits = bits.toString(base)
  if (spec.precision !== undefined)
    digits = bits === 0n && spec.precision === 0 ? '' : digits.padStart(spec.precision, '0')
  let sign = ''
  if (spec.alternate && mark === '0') digits = digits.startsWith('0') ? digits : `0${digits}`
  else if (spec.alternate && bits !== 0n) sign = mark
  return padNumber(sign, digits, spec.zero && spec.precision === undefined, spec)
}

function float(conversion: string, value: number, spec: Specification): string {
  const { precision = 6, alternate } = spec
  const text =
    conversion === 'f'
      ? formatFixed(value, precision, alternate)
      : conversion === 'e'
        ? formatExponent(value, precision, alternate)
        : formatGeneral(value, precision, alternate)
  const negative = text.startsWith('-')
  return padNumber(signOf(negative, spec), negative ? text.slice(1) : text, spec.zero && Number.isFinite(value), spec)
}

const QUOTED: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\\n', '\r': '\\r', '\0': '\\000' }

function quoted(text: string): string {
  return `"${text.replace(/["\\\n\r\0]/g, (char) => QUOTED[char])}"`
}
