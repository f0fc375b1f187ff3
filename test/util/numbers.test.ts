import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addLongDouble,
  fitsInt64,
  formatDouble17,
  INT64_MAX,
  INT64_MIN,
  isCanonicalInteger,
  longDoubleKind,
  parseDouble,
  parseDoubleLenient,
  parseInt64,
  parseInt64Exact,
  parseInteger,
  parseUint64,
  parseUint64Lenient,
  UINT64_MAX,
} from '../../src/util/numbers.ts'

const notIntegers = ['', '-', '+1', ' 1', '1 ', '01', '00', '-0', '-01', '1.0', '1e3', '0x10', '1\0', 'a', '--1', '٣']

describe('integers', () => {
  it('reads what printing gives, for every safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(parseInteger(String(n))).toBe(n)
        expect(isCanonicalInteger(String(n))).toBe(true)
      }),
    )
  })

  it('reads only what printing gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('-', '+', '0', '1', '9', ' ', '.'), maxLength: 6 }), (s) => {
        const n = parseInteger(s)
        if (n === n) expect(String(n)).toBe(s)
        else expect(/^(0|-?[1-9]\d*)$/.test(s)).toBe(false)
      }),
    )
  })

  it.each(notIntegers)('refuses %j everywhere', (s) => {
    expect(parseInteger(s)).toBeNaN()
    expect(isCanonicalInteger(s)).toBe(false)
    expect(parseInt64(s)).toBeNull()
    expect(parseInt64Exact(s)).toBeNull()
    expect(parseUint64(s)).toBeNull()
  })

  it('ends at the safe integers', () => {
    expect(parseInteger('9007199254740991')).toBe(9007199254740991)
    expect(parseInteger('-9007199254740991')).toBe(-9007199254740991)
    for (const s of [
      '9007199254740992',
      '9007199254740993',
      '-9007199254740992',
      '9999999999999999',
      '12345678901234567',
    ])
      expect(parseInteger(s)).toBeNaN()
  })

  it('reads 64 bits exactly', () => {
    expect(parseInt64('9223372036854775807')).toBe(INT64_MAX)
    expect(parseInt64('-9223372036854775808')).toBe(INT64_MIN)
    expect(parseInt64('9223372036854775808')).toBeNull()
    expect(parseInt64('-9223372036854775809')).toBeNull()
    expect(parseInt64('0')).toBe(0n)
    expect(parseInt64Exact('42')).toBe(42)
    expect(parseInt64Exact('9007199254740992')).toBe(9007199254740992n)
    expect(parseUint64('18446744073709551615')).toBe(UINT64_MAX)
    expect(parseUint64('18446744073709551616')).toBeNull()
    expect(parseUint64('-1')).toBeNull()
    expect(fitsInt64(INT64_MAX + 1n)).toBe(false)
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), (b) => {
        const fits = b >= INT64_MIN && b <= INT64_MAX
        expect(parseInt64(String(b))).toBe(fits ? b : null)
        expect(parseUint64(String(b))).toBe(b >= 0n && b <= UINT64_MAX ? b : null)
        expect(fitsInt64(b)).toBe(fits)
      }),
    )
  })

  it('reads stream ID halves as strtoull does', () => {
    expect(parseUint64Lenient('007')).toBe(7n)
    expect(parseUint64Lenient('+5')).toBe(5n)
    expect(parseUint64Lenient(' 5')).toBe(5n)
    expect(parseUint64Lenient('-05')).toBe(UINT64_MAX - 4n)
    expect(parseUint64Lenient('0000000000000000000000000000001')).toBe(1n)
    for (const s of ['', ' ', '+', '5 ', '-5', '0x14', '18446744073709551616', '1\0'])
      expect(parseUint64Lenient(s)).toBeNull()
  })
})

describe('doubles', () => {
  it.each([
    ['1e5', 1e5],
    ['inf', Infinity],
    ['+InF', Infinity],
    ['-infinity', -Infinity],
    ['.5', 0.5],
    ['5.', 5],
    ['+5', 5],
    ['00012', 12],
    ['-0', -0],
    ['0e99999', 0],
    ['0x1p3', 8],
    ['-0X1P-2', -0.25],
    ['0x.8', 0.5],
    ['0x1.fffffffffffff8p0', 2],
    ['0x1p-1074', 5e-324],
    ['0x1.fffffffffffffp1023', Number.MAX_VALUE],
    ['4.9e-324', 5e-324],
    ['123456789012345678901234567890', 1.2345678901234568e29],
    ['9007199254740993', 9007199254740992],
  ])('reads %j', (s, value) => {
    expect(parseDouble(s)).toBe(value)
    expect(parseDoubleLenient(s)).toBe(value)
  })

  it.each([
    '-',
    '+',
    '.',
    '1e',
    '1e+',
    '1 ',
    '1d',
    '+-1',
    '1e5.5',
    '0x',
    '0x1p',
    '0x.p1',
    'nan',
    '-NaN',
    'nan(1)',
    'infin',
    '1_0',
    'e5',
  ])('refuses %j', (s) => {
    expect(parseDouble(s)).toBeNaN()
    expect(parseDoubleLenient(s)).toBeNaN()
  })

  it('refuses scores out of range, and forgives range bounds', () => {
    for (const s of ['', ' 1', '1e400', '-1e400', '1e-400', '0x1p1024', '0x1p-1076', '1\0'])
      expect(parseDouble(s)).toBeNaN()
    expect(parseDoubleLenient('')).toBe(0)
    expect(parseDoubleLenient('\t 1')).toBe(1)
    expect(parseDoubleLenient('1\0x')).toBe(1)
    expect(parseDoubleLenient('1e400')).toBe(Infinity)
    expect(parseDoubleLenient('-0x1p1024')).toBe(-Infinity)
    expect(parseDoubleLenient('1e-400')).toBe(0)
    expect(parseDoubleLenient(' ')).toBeNaN()
  })

  it('reads back every double it prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (d) => {
        expect(parseDouble(formatDouble17(d))).toBe(d)
        expect(parseDouble(String(d))).toBe(d === 0 ? 0 : d)
      }),
    )
  })

  it('reads hexadecimal as exactly as decimal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (b) => {
        expect(parseDouble('0x' + b.toString(16))).toBe(Number(b))
      }),
    )
  })

  it.each([
    [0.1, '0.10000000000000001'],
    [1e21, '1e+21'],
    [3, '3'],
    [-1.5, '-1.5'],
    [1e17, '1e+17'],
    [1e16, '10000000000000000'],
    [99999999999999984, '99999999999999984'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
    [-0, '-0'],
    [1e-4, '0.0001'],
    [1e-5, '1.0000000000000001e-05'],
    [5e-324, '4.9406564584124654e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [1e100, '1e+100'],
    [2 ** 50 + 0.25, '1125899906842624.2'],
    [2 ** 50 + 0.75, '1125899906842624.8'],
    [2 ** -25, '2.9802322387695312e-08'],
    [3 * 2 ** -25, '8.9406967163085938e-08'],
  ])('prints %d as %s', (d, s) => {
    expect(formatDouble17(d)).toBe(s)
  })
})

describe('long doubles', () => {
  it.each([
    ['10.50', '0.1', '10.6'],
    ['5.0e3', '2.0e2', '5200'],
    ['3.0', '1.1', '4.1'],
    ['0', '-0', '0'],
    ['-0.5', '0.5', '0'],
    ['1e-18', '0', '0'],
    ['0x1.fffffffffffff8p0', '0', '1.99999999999999989'],
    ['9223372036854775807', '1', '9223372036854775808'],
    ['18446744073709551615', '2', '18446744073709551616'],
    ['1e-4950', '1', '1'],
    ['-31.5', '-31.5', '-63'],
    ['.5', '5.', '5.5'],
  ])('%s + %s = %s', (a, b, sum) => {
    expect(addLongDouble(a, b)).toEqual({ ok: sum })
  })

  it('tells bad operands from infinite ones', () => {
    for (const s of [
      '',
      'x',
      ' 1',
      '1 ',
      'nan',
      '1e5000',
      '1e-5000',
      '1e-4951',
      '0x1p16384',
      '1e99999999999999999999',
      '1'.repeat(5120),
    ])
      expect(addLongDouble('1', s)).toEqual({ error: 'notFloat' })
    expect(addLongDouble('inf', '1')).toEqual({ error: 'nanOrInfinity' })
    expect(addLongDouble('inf', '-inf')).toEqual({ error: 'nanOrInfinity' })
    expect(addLongDouble('1.1e4932', '1.1e4932')).toEqual({ error: 'nanOrInfinity' })
    expect(longDoubleKind('1e400')).toBe('finite')
    expect(longDoubleKind('-Infinity')).toBe('infinite')
    expect(longDoubleKind('1e5000')).toBe('notFloat')
  })

  it('takes the short way only where the long way agrees', () => {
    const decimal = fc
      .tuple(fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }), fc.integer({ min: 0, max: 14 }))
      .map(([units, decimals]) => {
        const digits = String(Math.abs(units)).padStart(decimals + 1, '0')
        const point = digits.length - decimals
        const text = decimals === 0 ? digits : digits.slice(0, point) + '.' + digits.slice(point)
        return units < 0 ? '-' + text : text
      })
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        // An exponent keeps a string from the short way.
        expect(addLongDouble(a, b)).toEqual(addLongDouble(a + 'e0', b + 'e0'))
      }),
      { numRuns: 3000 },
    )
  })
})
