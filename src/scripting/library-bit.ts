/** The `bit` library of Lua scripts: 32-bit operations, as LuaJIT's BitOp has them. */
import { checkNumber } from './lua/arguments.ts'
import type { LuaFunction, LuaValue } from './lua/index.ts'

/** Adding 2 ** 52 + 2 ** 51 brings an integer's low bits to the end of the mantissa. */
const TO_MANTISSA = 6755399441055744
const view = new DataView(new ArrayBuffer(8))

/** A number's low 32 bits; halves are rounded to even, and numbers too large for it lose bits, as in the original. */
function bits(value: LuaValue, position: number): number {
  const n = checkNumber(value, position)
  if ((n | 0) === n) return n
  view.setFloat64(0, n + TO_MANTISSA)
  return view.getInt32(4)
}

/** A function over one or more numbers. */
function folded(operate: (a: number, b: number) => number): LuaFunction {
  return (...args: LuaValue[]) => {
    let result = bits(args[0], 1)
    for (let i = args.length - 1; i > 0; i--) result = operate(result, bits(args[i], i + 1))
    return result
  }
}

function shift(operate: (value: number, count: number) => number): LuaFunction {
  return (value: LuaValue, count: LuaValue) => operate(bits(value, 1), bits(count, 2) & 31)
}

function hex(...args: LuaValue[]): string {
  const value = bits(args[0], 1)
  const digits = args.length < 2 ? 8 : bits(args[1], 2)
  const width = Math.min(Math.abs(digits), 8)
  const text = (value >>> 0)
    .toString(16)
    .padStart(8, '0')
    .slice(8 - width)
  return digits < 0 ? text.toUpperCase() : text
}

export const bitLibrary: Readonly<Record<string, LuaFunction>> = {
  tobit: (value) => bits(value, 1),
  bnot: (value) => ~bits(value, 1),
  band: folded((a, b) => a & b),
  bor: folded((a, b) => a | b),
  bxor: folded((a, b) => a ^ b),
  lshift: shift((value, count) => value << count),
  rshift: shift((value, count) => (value >>> count) | 0),
  arshift: shift((value, count) => value >> count),
  rol: shift((value, count) => (value << count) | (value >>> (32 - count))),
  ror: shift((value, count) => (value >>> count) | (value << (32 - count))),
  bswap: (value) => {
    const b = bits(value, 1)
    return (b >>> 24) | ((b >>> 8) & 0xff00) | ((b & 0xff00) << 8) | (b << 24)
  },
  tohex: hex,
}
