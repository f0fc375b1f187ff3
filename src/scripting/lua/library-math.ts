import { argumentError, checkInteger, checkNumber } from './arguments.ts'
import { LuaError } from './errors.ts'
import { pow } from './operations.ts'
import { where } from './sites.ts'
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from './values.ts'

/** The linear congruential generator of 48 bits that POSIX calls drand48: the same sequence everywhere. */
export class Random48 {
  private state = 0x1234abcd330en

  seed(seed: number): void {
    this.state = (BigInt(seed >>> 0) << 16n) | 0x330en
  }

  /** 31 random bits. */
  next(): number {
    this.state = (this.state * 0x5deece66dn + 0xbn) & 0xffffffffffffn
    return Number(this.state >> 17n)
  }
}

const MAX_RANDOM = 0x7fffffff

function mathRandom(random: Random48, args: readonly LuaValue[]): number {
  const fraction = (random.next() % MAX_RANDOM) / MAX_RANDOM
  if (args.length === 0) return fraction
  if (args.length > 2) throw new LuaError(`${where(1)}wrong number of arguments`)
  const low = args.length === 1 ? 1 : checkInteger(args[0], 1)
  const high = checkInteger(args[args.length === 1 ? 0 : 1], args.length === 1 ? 1 : 2)
  if (low > high) throw argumentError(args.length, 'interval is empty')
  return Math.floor(fraction * (high - low + 1)) + low
}

/** fmod of C: the sign is that of the dividend, which is what JavaScript's `%` does. */
const fmod = (x: LuaValue, y: LuaValue) => checkNumber(x, 1) % checkNumber(y, 2)

function frexp(x: LuaValue): LuaResult {
  const value = checkNumber(x, 1)
  if (value === 0 || !Number.isFinite(value)) return [value, 0]
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1)
  let mantissa = value * 2 ** -exponent
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2
    exponent--
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2
    exponent++
  }
  return [mantissa, exponent]
}

function ldexp(x: LuaValue, e: LuaValue): number {
  let value = checkNumber(x, 1)
  let exponent = Math.max(-4000, Math.min(4000, checkInteger(e, 2)))
  // In steps that are powers of two in range, the last one rounding once.
  while (exponent > 1000) {
    value *= 2 ** 1000
    exponent -= 1000
  }
  while (exponent < -1000) {
    const rest = Math.max(exponent + 1000, -1000)
    if (Math.abs(value) < 2 ** -20 && rest === exponent + 1000) break
    value *= 2 ** -1000
    exponent += 1000
  }
  return exponent < -1000 ? value * 2 ** -1000 * 2 ** (exponent + 1000) : value * 2 ** exponent
}

function modf(x: LuaValue): LuaResult {
  const value = checkNumber(x, 1)
  const whole = Math.trunc(value)
  return [whole, Number.isFinite(value) ? value - whole : value !== value ? value : value > 0 ? 0 : -0]
}

function extreme(args: readonly LuaValue[], replaces: (candidate: number, best: number) => boolean): number {
  let best = checkNumber(args[0], 1)
  for (let i = 1; i < args.length; i++) {
    const candidate = checkNumber(args[i], i + 1)
    if (replaces(candidate, best)) best = candidate
  }
  return best
}

const unary =
  (fn: (x: number) => number): LuaFunction =>
  (x) =>
    fn(checkNumber(x, 1))

export function mathLibrary(random: Random48): Record<string, LuaFunction> {
  return {
    abs: unary(Math.abs),
    acos: unary(Math.acos),
    asin: unary(Math.asin),
    atan: unary(Math.atan),
    atan2: (y, x) => Math.atan2(checkNumber(y, 1), checkNumber(x, 2)),
    ceil: unary(Math.ceil),
    cos: unary(Math.cos),
    cosh: unary(Math.cosh),
    deg: unary((x) => x / (Math.PI / 180)),
    exp: unary(Math.exp),
    floor: unary(Math.floor),
    fmod,
    frexp,
    ldexp,
    log: unary(Math.log),
    log10: unary(Math.log10),
    max: (...args) => extreme(args, (candidate, best) => candidate > best),
    min: (...args) => extreme(args, (candidate, best) => candidate < best),
    mod: fmod,
    modf,
    pow: (x, y) => pow(checkNumber(x, 1), checkNumber(y, 2)),
    rad: unary((x) => x * (Math.PI / 180)),
    random: (...args) => mathRandom(random, args),
    randomseed: (seed) => {
      random.seed(checkInteger(seed, 1) % 0x100000000)
      return NOTHING
    },
    sin: unary(Math.sin),
    sinh: unary(Math.sinh),
    sqrt: unary(Math.sqrt),
    tan: unary(Math.tan),
    tanh: unary(Math.tanh),
  }
}
