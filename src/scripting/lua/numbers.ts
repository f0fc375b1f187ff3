/** Numbers as text, the way C's strtod and printf do it. */

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?[0-9]+))?$/
const SPECIAL = /^([+-]?)(?:(inf|infinity)|nan(?:\([0-9a-zA-Z_]*\))?)$/i

/** A number from a text, which may have white space around it; undefined where it is none. */
export function parseNumber(text: string): number | undefined {
  const length = text.length
  if (length > 0 && length <= 15) {
    let value = 0
    let at = 0
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === length) return value
  }
  // To C a string ends at its first NUL.
  const end = text.indexOf('\0')
  const trimmed = (end < 0 ? text : text.slice(0, end)).replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
  if (DECIMAL.test(trimmed)) return Number(trimmed)
  const hexadecimal = HEXADECIMAL.exec(trimmed)
  if (hexadecimal !== null) return parseHexadecimal(hexadecimal)
  const special = SPECIAL.exec(trimmed)
  if (special === null) return undefined
  const value = special[2] === undefined ? Number.NaN : Number.POSITIVE_INFINITY
  return special[1] === '-' ? -value : value
}

function parseHexadecimal([, sign, whole, fraction = '', exponent = '0']: RegExpExecArray): number | undefined {
  const digits = whole + fraction
  if (digits === '') return undefined
  // BigInt rounds once, correctly; digits past those that count are only tested for not being zero.
  const significant = digits.replace(/^0+/, '')
  const kept = significant.slice(0, 32)
  let value = Number(BigInt(`0x${kept || '0'}${/[1-9a-fA-F]/.test(significant.slice(32)) ? '1' : '0'}`))
  let power = Number(exponent) + 4 * (significant.length - kept.length - fraction.length - 1)
  // In two steps, as 2 ** power alone may be out of range.
  while (power < -1000 && value !== 0) {
    value *= 2 ** -1000
    power += 1000
  }
  while (power > 1000 && Number.isFinite(value) && value !== 0) {
    value *= 2 ** 1000
    power -= 1000
  }
  value *= 2 ** Math.max(-1074, Math.min(1023, power))
  return sign === '-' ? -value : value
}

/** A number as `tostring` shows it: "%.14g". */
export function formatNumber(value: number): string {
  if ((value | 0) === value) return value === 0 && Object.is(value, -0) ? '-0' : String(value)
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return String(value)
  return formatGeneral(value, 14, false)
}

function notFinite(value: number): string {
  // The sign of NaN cannot be seen here; x86 makes it negative for 0/0, and that is what scripts print.
  return value === Number.POSITIVE_INFINITY ? 'inf' : value === Number.NEGATIVE_INFINITY ? '-inf' : '-nan'
}

/** The value as digits * 10^-places, exactly: every double has a finite decimal expansion. */
function exactDecimal(value: number): { digits: bigint; places: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const field = Number((bits >> 52n) & 0x7ffn)
  const mantissa = (bits & 0xfffffffffffffn) | (field === 0 ? 0n : 1n << 52n)
  const exponent = (field === 0 ? 1 : field) - 1075
  if (exponent >= 0) return { digits: mantissa << BigInt(exponent), places: 0 }
  return { digits: mantissa * 5n ** BigInt(-exponent), places: -exponent }
}

/** digits / 10^drop, rounded to the nearest, ties to even. */
function roundDigits(digits: bigint, drop: number): bigint {
  if (drop <= 0) return digits * 10n ** BigInt(-drop)
  const unit = 10n ** BigInt(drop)
  const quotient = digits / unit
  const twice = (digits - quotient * unit) * 2n
  return twice > unit || (twice === unit && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

const minus = (value: number) => (value < 0 || Object.is(value, -0) ? '-' : '')

/** "%.<precision>f"; `alternate` keeps the point. */
export function formatFixed(value: number, precision: number, alternate: boolean): string {
  if (!Number.isFinite(value)) return notFinite(value)
  // JavaScript rounds correctly too, but for ties, which need a finite binary fraction of that many digits.
  const tie = !Number.isInteger(value) && Number.isInteger(value * 2 ** (precision + 1))
  if (!tie && !alternate && Math.abs(value) < 1e21) return minus(value) + Math.abs(value).toFixed(precision)
  const { digits, places } = exactDecimal(value)
  const text = roundDigits(digits, places - precision)
    .toString()
    .padStart(precision + 1, '0')
  const whole = text.slice(0, text.length - precision)
  const point = precision > 0 || alternate ? '.' : ''
  return minus(value) + whole + point + text.slice(text.length - precision)
}

/** `count` significant digits, rounded, and the decimal exponent of the first. */
function significantDigits(value: number, count: number): { text: string; exponent: number } {
  if (value === 0) return { text: '0'.repeat(count), exponent: 0 }
  const { digits, places } = exactDecimal(value)
  const length = digits.toString().length
  let text = roundDigits(digits, length - count).toString()
  let exponent = length - places - 1
  if (text.length > count) {
    text = text.slice(0, count)
    exponent++
  }
  return { text, exponent }
}

function scientific(text: string, exponent: number, alternate: boolean): string {
  const point = text.length > 1 || alternate ? '.' : ''
  const power = String(Math.abs(exponent)).padStart(2, '0')
  return `${text[0]}${point}${text.slice(1)}e${exponent < 0 ? '-' : '+'}${power}`
}

/** "%.<precision>e". */
export function formatExponent(value: number, precision: number, alternate: boolean): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const { text, exponent } = significantDigits(value, precision + 1)
  return minus(value) + scientific(text, exponent, alternate)
}

/** "%.<precision>g"; `alternate` keeps trailing zeros. */
export function formatGeneral(value: number, precision: number, alternate: boolean): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const count = Math.max(1, precision)
  let { text, exponent } = fewDigits(value, count) ?? significantDigits(value, count)
  if (exponent < -4 || exponent >= count) {
    if (!alternate) text = text.replace(/0+$/, '') || '0'
    return minus(value) + scientific(text, exponent, alternate)
  }
  if (exponent < 0) {
    text = '0'.repeat(-exponent) + text
    exponent = 0
  }
  const whole = text.slice(0, exponent + 1)
  let fraction = text.slice(exponent + 1)
  if (!alternate) fraction = fraction.replace(/0+$/, '')
  return minus(value) + whole + (fraction !== '' || alternate ? `.${fraction}` : '')
}

/**
 * The digits from JavaScript's own conversion, which is much faster and right except in a tie: there it rounds up. The
 * shortest digits that read back as the number show whether there can be one.
 */
function fewDigits(value: number, count: number): { text: string; exponent: number } | undefined {
  if (count > 15 || Math.abs(value) < 2 ** -1022) return undefined
  const shortest = Math.abs(value).toExponential()
  const mark = shortest.indexOf('e')
  const length = mark === 1 ? 1 : mark - 1
  if (length <= count) {
    const text = (shortest[0] + shortest.slice(2, mark)).padEnd(count, '0')
    return { text, exponent: Number(shortest.slice(mark + 1)) }
  }
  if (length === count + 1 && shortest[mark - 1] === '5') return undefined
  const rounded = Math.abs(value).toExponential(count - 1)
  const end = rounded.indexOf('e')
  return { text: rounded[0] + rounded.slice(2, end), exponent: Number(rounded.slice(end + 1)) }
}
