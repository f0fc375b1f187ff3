/** Random commands on strings, bits and HyperLogLogs. */
import { type Dice, exact, INTEGERS, loose, type Operation } from './differential-dice.ts'

/** Far ahead or long past; never near now. */
export function expiryOption(dice: Dice): string[] {
  switch (dice.int(7)) {
    case 0:
      return [
        dice.word('EX'),
        dice.pick(['1000', '5000', '0', '-1', 'x', '', '9223372036854775807', '9223372036854775', '1.5']),
      ]
    case 1:
      return [dice.word('PX'), dice.pick(['1000000', '0', '-1', 'x', '9223372036854775807', '9223372036854775806'])]
    case 2:
      return [dice.word('EXAT'), dice.pick(['4000000000', '0', '-1', '9007199254740', '9223372036854776', 'x'])]
    case 3:
      return [dice.word('PXAT'), dice.pick(['4000000000000', '4102444800001', '0', '-5', '9007199254740990', 'x'])]
    case 4:
      return [dice.word('KEEPTTL')]
    case 5:
      return [dice.word('PERSIST')]
    default:
      return [...expiryOption(dice), ...expiryOption(dice)].slice(0, 5)
  }
}

export function strings(dice: Dice): Operation[] {
  const key = dice.key()
  switch (dice.int(30)) {
    case 0:
    case 1:
      return [exact(dice.word('SET'), key, dice.value())]
    case 2: {
      const options = [['NX'], ['XX'], ['GET'], expiryOption(dice), expiryOption(dice)]
      return [exact('SET', key, dice.value(), ...dice.times(1, 2, () => dice.pick(options)).flat())]
    }
    case 3:
      return [exact('GET', key), loose('near', 'PTTL', key)]
    case 4:
      return [exact('SETNX', key, dice.value())]
    case 5:
      return [exact('SETEX', key, dice.pick(['100', '1000', '0', '-1', 'x', '9223372036854775807']), dice.value())]
    case 6:
      return [exact('PSETEX', key, dice.pick(['1000000', '0', '-1', 'x', '9223372036854775807']), dice.value())]
    case 7:
      return [exact('GETSET', key, dice.value())]
    case 8:
      return [exact('GETDEL', key)]
    case 9:
      return [exact('GETEX', key, ...(dice.once(3) ? [] : expiryOption(dice))), loose('near', 'TTL', key)]
    case 10:
      return [exact('APPEND', key, dice.value()), loose('encoding', 'OBJECT', 'ENCODING', key)]
    case 11:
      return [exact('STRLEN', key)]
    case 12:
      return [exact(dice.pick(['GETRANGE', 'SUBSTR']), key, dice.index(), dice.index())]
    case 13: {
      const wrong = dice.pick(['-1', '536870912', '9223372036854775807', '-9223372036854775808', 'x', '4294967296'])
      return [exact('SETRANGE', key, dice.once(6) ? wrong : String(dice.int(80)), dice.value())]
    }
    case 14:
      return [exact('MGET', ...dice.keys(1, 5))]
    case 15:
      return [exact('MSET', ...dice.keys(1, 3).flatMap((k) => [k, dice.value()]), ...dice.maybe(10, 'k1'))]
    case 16:
      return [exact('MSETNX', ...dice.keys(1, 3).flatMap((k) => [k, dice.value()]), ...dice.maybe(10, 'k1'))]
    case 17:
    case 18:
      return [exact(dice.pick(['INCR', 'DECR']), key)]
    case 19:
    case 20:
      return [exact(dice.pick(['INCRBY', 'DECRBY']), key, dice.integer()), loose('encoding', 'OBJECT', 'ENCODING', key)]
    case 21:
    case 22:
    case 23:
      return [exact('INCRBYFLOAT', key, dice.float()), loose('encoding', 'OBJECT', 'ENCODING', key)]
    case 24:
    case 25:
      return [exact('LCS', key, dice.key(), ...lcsOptions(dice))]
    case 26:
      return [
        exact('SET', key, dice.pick(INTEGERS)),
        loose('encoding', 'OBJECT', 'ENCODING', key),
        exact('DECRBY', key, dice.integer()),
      ]
    case 27:
      return [exact('SET', key, dice.float()), exact('INCRBYFLOAT', key, dice.float())]
    case 28:
      return [
        exact('SET', key, text(dice)),
        exact('SET', 'k1', text(dice)),
        exact('LCS', key, 'k1', ...lcsOptions(dice)),
      ]
    default:
      return [
        loose('encoding', 'OBJECT', 'ENCODING', key),
        loose('near', 'PEXPIRETIME', key),
        exact('DEL', ...dice.keys(0, 2), key),
      ]
  }
}

const text = (dice: Dice) => dice.times(0, 40, () => dice.pick(['a', 'b', 'c', 'd'])).join('')

const lcsOptions = (dice: Dice) => [
  ...dice.maybe(3, dice.word('LEN')),
  ...dice.maybe(2, dice.word('IDX')),
  ...dice.maybe(3, 'MINMATCHLEN', dice.pick(['0', '1', '2', '4', '-1', 'x', '9223372036854775807'])),
  ...dice.maybe(3, 'WITHMATCHLEN'),
]

const WRONG_OFFSETS = ['-1', '4294967296', '9223372036854775807', '-9223372036854775808', 'x', '', '#1', '1.0']

export function bitmaps(dice: Dice): Operation[] {
  const key = dice.key()
  const offset = () => (dice.once(15) ? dice.pick(WRONG_OFFSETS) : String(dice.int(dice.pick([10, 200, 3000]))))
  switch (dice.int(16)) {
    case 0:
    case 1:
    case 2:
      return [exact('SETBIT', key, offset(), dice.once(15) ? dice.pick(['2', '-1', 'x', '']) : String(dice.int(2)))]
    case 3:
      return [exact('GETBIT', key, dice.once(10) ? '4294967295' : offset())]
    case 4:
    case 5: {
      const range = dice.once(6)
        ? [dice.index()]
        : [dice.index(), dice.index(), ...dice.maybe(2, dice.pick(['BIT', 'BYTE', 'bit', 'x']))]
      // Redis 7.2 checks the range even where there is no key; 7.0 does not.
      return [exact('SETBIT', key, '5', '1'), exact('BITCOUNT', key, ...(dice.once(3) ? [] : range))]
    }
    case 6:
    case 7: {
      const range = [
        dice.index(),
        ...dice.maybe(2, dice.index(), ...dice.maybe(2, dice.pick(['BIT', 'BYTE', 'byte', 'x']))),
      ]
      const bit = dice.once(15) ? dice.pick(['2', '-1', 'x']) : String(dice.int(2))
      return [exact('SETBIT', key, '2', '0'), exact('BITPOS', key, bit, ...(dice.once(3) ? [] : range))]
    }
    case 8:
    case 9:
      return [exact('BITOP', dice.pick(['AND', 'OR', 'XOR', 'NOT', 'and', 'Not', 'DIFF']), key, ...dice.keys(1, 4))]
    case 10:
      return [exact('BITOP', 'NOT', key, dice.key()), exact('GET', key), exact('OBJECT', 'ENCODING', key)]
    case 11:
    case 12:
    case 13:
      return [exact('BITFIELD', key, ...dice.times(1, 4, () => bitfieldOperation(dice, offset)).flat())]
    case 14: {
      const read = () => (dice.once(8) ? bitfieldOperation(dice, offset) : ['GET', bitType(dice), offset()])
      return [exact('BITFIELD_RO', key, ...dice.times(0, 3, read).flat())]
    }
    default:
      return [exact('GET', key), exact('SET', key, dice.value()), exact('STRLEN', key)]
  }
}

const bitType = (dice: Dice) =>
  dice.once(10)
    ? dice.pick(['u64', 'i65', 'u0', 'i0', 'x8', 'u', 'u-1', '', 'u8x'])
    : dice.pick([
        'u8',
        'i8',
        'u1',
        'i1',
        'u4',
        'i5',
        'u16',
        'i16',
        'u31',
        'i32',
        'u63',
        'i64',
        'u53',
        'i54',
        'I8',
        'U8',
      ])

function bitfieldOperation(dice: Dice, offset: () => string): string[] {
  const at = dice.once(3) ? `#${dice.int(20)}` : offset()
  const number = dice.once(2) ? dice.pick(INTEGERS) : String(dice.int(600) - 300)
  switch (dice.int(5)) {
    case 0:
      return ['GET', bitType(dice), at]
    case 1:
      return ['SET', bitType(dice), at, number]
    case 2:
      return ['OVERFLOW', dice.pick(['WRAP', 'SAT', 'FAIL', 'sat', 'x'])]
    default:
      return ['INCRBY', bitType(dice), at, number]
  }
}

export function hyperloglogs(dice: Dice): Operation[] {
  const key = dice.key()
  const element = () => (dice.once(3) ? dice.value() : `e${dice.int(dice.pick([20, 2000, 100_000]))}`)
  switch (dice.int(14)) {
    case 0:
    case 1:
    case 2:
      return [exact('PFADD', key, ...dice.times(0, 5, element))]
    case 3:
      return [exact('PFADD', key, ...dice.times(20, 300, element))]
    case 4:
    case 5:
      return [exact('PFCOUNT', key)]
    case 6:
      return [exact('PFCOUNT', ...dice.keys(1, 4))]
    case 7:
    case 8:
      return [exact('PFMERGE', key, ...dice.keys(0, 3))]
    case 9:
      return [exact('GET', key), exact('STRLEN', key)]
    case 10:
      return [exact('PFDEBUG', dice.pick(['ENCODING', 'DECODE', 'TODENSE', 'encoding']), key)]
    case 11:
      return [...(dice.once(6) ? [exact('PFDEBUG', 'GETREG', key)] : []), exact('DEL', dice.key())]
    case 12: {
      // Bytes changed behind its back.
      const at = String(dice.pick([0, 3, 5, 7, 8, 14]))
      return [
        exact('SETRANGE', key, at, dice.pick(['\x00', '\x01', '\xff', 'H', 'HYLL', '\x80', '\x40'])),
        exact('PFCOUNT', key),
        exact('PFADD', key, element()),
      ]
    }
    default:
      return [exact('OBJECT', 'ENCODING', key), exact('COPY', key, dice.key(), ...dice.maybe(2, 'REPLACE'))]
  }
}
