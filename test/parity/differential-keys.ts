/** Random commands on keys of any type. */
import { type Dice, exact, loose, type Operation } from './differential-dice.ts'

const CONDITIONS = ['NX', 'XX', 'GT', 'LT', 'nx', 'x']

/** In seconds, more milliseconds than 64 bits hold. */
const TOO_LATE = ['9223372036854777', '9223372036854775807']

/** Never within seconds of another, so that GT and LT do not depend on when a command arrives. */
const far = (dice: Dice) => 10_000 + dice.int(2_000_000)

export function keys(dice: Dice): Operation[] {
  const key = dice.key()
  const conditions = () => dice.times(0, 2, () => dice.pick(CONDITIONS)).slice(0, dice.once(3) ? 2 : 1)
  const wrong = (...more: string[]) =>
    dice.pick(['0', '-1', 'x', '', '1.5', '-9223372036854775808', '9223372036854775808', ...more])
  switch (dice.int(30)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return filled(dice, key)
    case 4:
      return [exact(dice.pick(['DEL', 'UNLINK']), ...dice.keys(1, 3))]
    case 5:
      return [exact(dice.pick(['EXISTS', 'TOUCH']), ...dice.keys(1, 5))]
    case 6:
      return [exact('TYPE', key), loose('encoding', 'OBJECT', 'ENCODING', key)]
    case 7:
      return [exact(dice.pick(['RENAME', 'RENAMENX']), key, dice.key())]
    case 8:
      return [
        exact(
          'COPY',
          key,
          dice.key(),
          ...dice.maybe(3, 'DB', dice.pick(['0', '1', '2', '16', '-1', 'x'])),
          ...dice.maybe(2, dice.word('REPLACE')),
        ),
      ]
    case 9:
      return [exact('MOVE', key, dice.pick(['1', '1', '2', '0', '16', '-1', 'x', '9223372036854775808']))]
    case 10:
    case 11:
      return [
        exact('EXPIRE', key, dice.once(5) ? wrong(...TOO_LATE) : String(far(dice)), ...conditions()),
        loose('near', 'TTL', key),
      ]
    case 12:
      return [
        exact('PEXPIRE', key, dice.once(5) ? wrong('9223372036854775807') : `${far(dice)}000`, ...conditions()),
        loose('near', 'PTTL', key),
      ]
    case 13:
    case 14:
      return [
        exact('EXPIREAT', key, dice.once(5) ? wrong(...TOO_LATE) : String(4e9 + far(dice)), ...conditions()),
        exact('EXISTS', key),
      ]
    case 15:
      return [
        exact('PEXPIREAT', key, dice.once(5) ? wrong() : String(4e12 + far(dice)), ...conditions()),
        exact('EXISTS', key),
      ]
    case 16:
      return [loose('near', dice.pick(['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME']), key)]
    case 17:
      return [exact('PERSIST', key)]
    case 18:
      return [
        loose(
          'unordered',
          'KEYS',
          dice.pick([
            '*',
            'k*',
            'k[0-2]',
            'k[^0-2]',
            'k?',
            '??',
            '\\k1',
            '',
            '[',
            'k[3',
            'bin*',
            '*\xff',
            'k[2-0]',
            'k\\',
          ]),
        ),
      ]
    case 19:
      return [loose('errors', 'RANDOMKEY')]
    case 20:
      return [
        loose(
          'errors',
          'SCAN',
          dice.integer(),
          ...dice.maybe(2, 'MATCH', 'k*'),
          ...dice.maybe(2, 'COUNT', dice.count()),
          ...dice.maybe(3, 'TYPE', dice.pick(['string', 'hash', 'x'])),
        ),
      ]
    case 21: {
      const type = dice.maybe(2, 'TYPE', dice.pick(['string', 'list', 'set', 'zset', 'hash', 'stream', 'ZSET', 'x']))
      return [loose('scan', 'SCAN', '0', 'COUNT', '100000', ...dice.maybe(2, 'MATCH', 'k[0-3]'), ...type)]
    }
    case 22:
      return [exact('SELECT', dice.pick(['0', '0', '1', '16', '-1', 'x']))]
    case 23:
      return dice.once(4)
        ? [exact('SWAPDB', dice.pick(['0', '1', 'x', '16']), dice.pick(['0', '1', '2', '-1']))]
        : [exact('SELECT', '0')]
    case 24:
      return [
        loose('errors', 'DUMP', key),
        exact(
          'RESTORE',
          key,
          dice.pick(['0', '-1', 'x']),
          dice.pick(['', 'garbage', '\x00\x01a\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00']),
          ...dice.maybe(2, 'REPLACE'),
        ),
      ]
    case 25:
      return [
        exact('OBJECT', 'REFCOUNT', 'missing'),
        exact('OBJECT', 'FREQ', key),
        loose('near', 'OBJECT', 'IDLETIME', key),
      ]
    case 26:
    case 27:
      // Redis's SORT fails when an earlier command left a range error behind; SCAN clears it.
      return [loose('ignore', 'SCAN', '0'), ...sort(dice, key)]
    case 28:
      return [exact('EXPIREAT', key, '1'), ...dice.maybe(2, 'x').map(() => exact('EXISTS', key))]
    default:
      return dice.once(10)
        ? [exact(dice.pick(['FLUSHDB', 'FLUSHALL']), ...dice.maybe(2, dice.pick(['SYNC', 'ASYNC', 'x'])))]
        : filled(dice, dice.key())
  }
}

function filled(dice: Dice, key: string): Operation[] {
  const small = () => String(dice.int(50))
  switch (dice.int(6)) {
    case 0:
      return [exact('SET', key, dice.value(), ...dice.maybe(3, 'KEEPTTL'))]
    case 1:
      return [exact('RPUSH', key, ...dice.times(1, 6, small))]
    case 2:
      return [exact('SADD', key, ...dice.times(1, 6, small))]
    case 3:
      return [exact('ZADD', key, ...dice.times(1, 6, () => [small(), small()]).flat())]
    case 4:
      return [exact('HSET', key, ...dice.times(1, 6, () => [small(), small()]).flat())]
    default:
      return [exact('XADD', key, `${4e12 + dice.int(1000)}-${dice.int(5)}`, 'f', small())]
  }
}

function sort(dice: Dice, key: string): Operation[] {
  const options = [
    ...dice.maybe(3, 'LIMIT', dice.index(), dice.count()),
    ...dice.maybe(3, dice.pick(['ASC', 'DESC'])),
    ...dice.maybe(2, 'ALPHA'),
    ...dice.maybe(4, 'GET', dice.pick(['#', 'k*', 'k*->1', '*', 'x'])),
    ...dice.maybe(6, 'STORE', dice.key()),
  ]
  // Texts with NUL bytes, which others leave behind, are in no certain order.
  const fresh = options.includes('ALPHA') ? [exact('DEL', key), ...filled(dice, key)] : []
  return [...fresh, exact(dice.once(5) ? 'SORT_RO' : 'SORT', key, ...options)]
}
