/** Chance with a seed, and the values that commands are tried with. */

/** What a command may reply without being different: see `comparable` in differential-run.ts. */
export type Looseness = 'exact' | 'unordered' | 'pairs' | 'shape' | 'near' | 'scan' | 'errors' | 'encoding' | 'ignore'

export interface Operation {
  readonly argv: readonly string[]
  readonly compare: Looseness
}

export type Generate = (dice: Dice) => Operation[]

export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) | 0 || 1
  }

  /** 0 to n - 1. */
  int(n: number): number {
    let x = this.state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.state = x
    return (x >>> 0) % n
  }

  /** True once in n times. */
  once(n: number): boolean {
    return this.int(n) === 0
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(from.length)]
  }

  /** Upper, lower or mixed case. */
  word(text: string): string {
    if (!this.once(4)) return text
    return this.once(2) ? text.toLowerCase() : text[0] + text.slice(1).toLowerCase()
  }

  /** The words if it comes up once in n times. */
  maybe(n: number, ...words: string[]): string[] {
    return this.once(n) ? words : []
  }

  times<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.int(most - least + 1) }, make)
  }

  /** One of few keys, so that types meet. */
  key(): string {
    return this.pick(KEYS)
  }

  keys(least = 1, most = 3): string[] {
    return this.times(least, most, () => this.key())
  }

  /** Members and fields: few, so that they meet. */
  member(): string {
    const kind = this.int(20)
    if (kind < 9) return String(this.int(12) - 3)
    if (kind < 15) return this.pick(['a', 'b', 'c', 'd', 'e', 'f', 'foo', 'bar', 'field', 'Z'])
    if (kind < 17) return this.pick(TEXTS)
    if (kind < 18) return this.pick(INTEGERS)
    if (kind < 19) return String(this.int(100_000))
    return this.text()
  }

  /** Any value. */
  value(): string {
    const kind = this.int(12)
    if (kind < 3) return this.pick(TEXTS)
    if (kind < 5) return this.pick(INTEGERS)
    if (kind < 7) return this.pick(FLOATS)
    if (kind < 10) return String(this.int(2000) - 1000)
    return this.text()
  }

  /** Bytes of a length near where encodings change. */
  text(): string {
    const length = this.pick([1, 2, 5, 11, 12, 20, 21, 43, 44, 45, 63, 64, 65, 100, 253, 254, 300, 1100])
    const kind = this.int(3)
    if (kind === 0) return 'x'.repeat(length)
    let text = ''
    while (text.length < length) text += String.fromCharCode(kind === 1 ? 97 + this.int(4) : this.int(256))
    return text
  }

  /** Mostly small whole numbers; now and then an edge or no number. */
  integer(): string {
    if (!this.once(6)) return String(this.int(40) - 15)
    return this.pick(INTEGERS)
  }

  index(): string {
    return this.once(12) ? this.pick(INTEGERS) : String(this.int(24) - 10)
  }

  /** A count that costs no memory. */
  count(): string {
    return this.once(8) ? this.pick(COUNTS) : String(this.int(12))
  }

  float(): string {
    if (this.once(4)) return this.pick(FLOATS)
    if (this.once(2)) return String(this.int(20) - 8)
    return String((this.int(4001) - 2000) / this.pick([2, 3, 7, 10, 64, 1000]))
  }

  /** `numkeys key ...`, now and then wrong. */
  counted(keys: readonly string[]): string[] {
    const n = this.once(15)
      ? this.pick(['0', '-1', 'x', '', '1', '2', '99', '9223372036854775807', '9223372036854775808', '1.0'])
      : String(keys.length)
    return [n, ...keys]
  }
}

export const KEYS: readonly string[] = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'bin\x00\r\n\xff', '']

const TEXTS = ['', 'a', 'b', 'abc', 'abcdef', 'hello world', '\x00', '\xff', '\r\n', '\x00\xff\x80', 'é'.repeat(3)]
export const INTEGERS: readonly string[] = [
  ...['0', '1', '-1', '2', '10', '127', '128', '-128', '-129', '4095', '4096', '32767', '32768', '-32769', '8388608'],
  ...['2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296', '9007199254740991'],
  ...['9007199254740992', '9007199254740993', '-9007199254740992', '-9007199254740993', '9223372036854775807'],
  ...['9223372036854775806', '-9223372036854775808', '-9223372036854775807', '9223372036854775808'],
  ...['-9223372036854775809', '18446744073709551615', '18446744073709551616', '123456789012345678901234567890'],
  ...['00', '01', '-0', '+1', ' 1', '1 ', '1.0', '1e3', '0x10', '', 'x', '-', '12a', '1\x00'],
]
export const FLOATS: readonly string[] = [
  ...[
    '0',
    '-0',
    '1',
    '1.0',
    '1.5',
    '-1.5',
    '0.1',
    '0.2',
    '3.0e3',
    '1e3',
    '1E3',
    '1e-3',
    '.5',
    '5.',
    '-.5',
    '+1.5',
    '1e21',
  ],
  ...[
    'inf',
    '-inf',
    '+inf',
    'Inf',
    'infinity',
    '-Infinity',
    'nan',
    '-nan',
    'NaN',
    '1e308',
    '1.8e308',
    '1e400',
    '-1e400',
  ],
  ...[
    '1e-400',
    '4.9e-324',
    '2.2250738585072014e-308',
    '0x10',
    '0x1p3',
    '0x1.8',
    '1e',
    'e1',
    '',
    ' 1',
    '1 ',
    '1_0',
    '1,5',
  ],
  ...[
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
    '3.14159265358979323846',
    '0.30000000000000004',
  ],
  ...[
    '123456789.123456789',
    '100000000000000000000',
    '1e17',
    '1e16',
    '123456789012345678',
    '5e-5',
    '0.00001',
    '1.7976931348623157e308',
  ],
]
const COUNTS = [
  '0',
  '1',
  '-1',
  '2',
  '100',
  '1000',
  'x',
  '',
  '1.5',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
]
const JUNK = [
  '',
  'junk',
  '0',
  '-1',
  '2',
  '1.5',
  'nan',
  'inf',
  '-inf',
  '*',
  '\x00',
  '10',
  'NX',
  'GET',
  'COUNT',
  'WITHSCORES',
]

/** Random commands may not become others: what they did could not be undone. */
const NEVER_SPOILED =
  /^([HSZ]?SCAN|SPOP|ZRANK|ZREVRANK|SRANDMEMBER|HRANDFIELD|ZRANDMEMBER|RANDOMKEY|MULTI|EXEC|DISCARD|SELECT|SWAPDB|FLUSH|CONFIG|OBJECT|BL|BR|BZ)/i

/** Leaves an argument out, doubles one, or puts another in its place. */
export function spoil(dice: Dice, operation: Operation): Operation {
  const { argv, compare } = operation
  if (NEVER_SPOILED.test(argv[0]) || argv.length < 2) return operation
  const at = 1 + dice.int(argv.length - 1)
  const spoiled = [...argv]
  const kind = dice.int(4)
  if (kind === 0) spoiled.splice(at, 1)
  else if (kind === 1) spoiled.splice(at, 0, argv[at])
  else if (kind === 2) spoiled[at] = dice.pick(JUNK)
  else spoiled.push(dice.pick(JUNK))
  return { argv: spoiled, compare }
}

export const exact = (...argv: string[]): Operation => ({ argv, compare: 'exact' })
export const loose = (compare: Looseness, ...argv: string[]): Operation => ({ argv, compare })

/** Values of all types, for others to meet. */
export function mixture(dice: Dice): Operation[] {
  const key = dice.key()
  const member = () => dice.member()
  switch (dice.int(9)) {
    case 0:
      return [exact('SET', key, dice.value())]
    case 1:
      return [exact('RPUSH', key, ...dice.times(1, 6, member))]
    case 2:
      return [exact('SADD', key, ...dice.times(1, 6, member))]
    case 3:
      return [exact('HSET', key, ...dice.times(1, 4, () => [dice.member(), dice.value()]).flat())]
    case 4:
      return [exact('ZADD', key, ...dice.times(1, 4, () => [dice.float(), dice.member()]).flat())]
    case 5:
      return [exact('SETBIT', key, String(dice.int(200)), String(dice.int(2)))]
    case 6:
      return [exact('XADD', key, '9-9', 'f', 'v'), exact('DEL', key)]
    case 7:
      return [exact('DEL', ...dice.keys())]
    default:
      return [loose('encoding', 'OBJECT', 'ENCODING', key), exact('TYPE', key)]
  }
}
