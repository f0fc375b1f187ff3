/** Random commands on lists, hashes and sets. */
import { type Dice, exact, loose, type Operation } from './differential-dice.ts'

export function lists(dice: Dice): Operation[] {
  const key = dice.key()
  const element = () => dice.member()
  switch (dice.int(24)) {
    case 0:
    case 1:
    case 2:
      return [exact(dice.pick(['LPUSH', 'RPUSH', 'rpush']), key, ...dice.times(1, 8, element))]
    case 3:
      return [exact(dice.pick(['LPUSHX', 'RPUSHX']), key, ...dice.times(1, 3, element))]
    case 4:
      return [exact(dice.pick(['LPOP', 'RPOP']), key)]
    case 5:
      return [exact(dice.pick(['LPOP', 'RPOP']), key, dice.count())]
    case 6:
      return [exact('LLEN', key), exact('OBJECT', 'ENCODING', key)]
    case 7:
    case 8:
      return [exact('LRANGE', key, dice.index(), dice.index())]
    case 9:
      return [exact('LINDEX', key, dice.index())]
    case 10:
      return [exact('LSET', key, dice.index(), dice.value())]
    case 11:
    case 12:
      return [exact('LINSERT', key, dice.pick(['BEFORE', 'AFTER', 'before', 'x']), element(), dice.value())]
    case 13:
      return [exact('LREM', key, dice.index(), element())]
    case 14:
      return [exact('LTRIM', key, dice.once(2) ? dice.index() : '0', dice.index())]
    case 15:
    case 16: {
      const options = [
        ...dice.maybe(2, 'RANK', dice.pick(['1', '-1', '2', '-2', '0', '100', 'x', '9223372036854775807'])),
        ...dice.maybe(2, 'COUNT', dice.pick(['0', '1', '2', '-1', 'x', '9223372036854775807'])),
        ...dice.maybe(3, 'MAXLEN', dice.pick(['0', '1', '5', '-1', 'x', '9223372036854775807'])),
      ]
      return [exact('LPOS', key, element(), ...options)]
    }
    case 17:
      return [exact('RPOPLPUSH', key, dice.key())]
    case 18:
      return [exact('LMOVE', key, dice.key(), side(dice), side(dice))]
    case 19:
    case 20:
      return [exact('LMPOP', ...dice.counted(dice.keys()), side(dice), ...dice.maybe(2, 'COUNT', dice.count()))]
    case 21:
      return [exact('MULTI'), blockingList(dice), exact('EXEC')]
    case 22:
      return [exact('RPUSH', key, ...dice.times(20, 60, () => dice.text()))]
    default:
      return [exact('DEL', ...dice.keys(0, 2), key)]
  }
}

const side = (dice: Dice) => dice.pick(['LEFT', 'RIGHT', 'left', 'RIGHT', 'LEFT', dice.once(8) ? 'x' : 'LEFT'])
const timeout = (dice: Dice) => (dice.once(4) ? dice.pick(['-1', 'x', '', 'nan', '1e-5000', '0x', ' 1']) : '0')

function blockingList(dice: Dice): Operation {
  switch (dice.int(4)) {
    case 0:
      return exact(dice.pick(['BLPOP', 'BRPOP']), ...dice.keys(), timeout(dice))
    case 1:
      return exact('BRPOPLPUSH', dice.key(), dice.key(), timeout(dice))
    case 2:
      return exact('BLMOVE', dice.key(), dice.key(), side(dice), side(dice), timeout(dice))
    default:
      return exact(
        'BLMPOP',
        timeout(dice),
        ...dice.counted(dice.keys()),
        side(dice),
        ...dice.maybe(2, 'COUNT', dice.count()),
      )
  }
}

/** Everything at once: where tables differ in order, only a whole walk can be compared. */
function scanOptions(dice: Dice): string[] {
  const pattern = dice.pick(['*', 'a*', '[a-c]', '?', 'f??', '*1', '\\*', '[^a]*', ''])
  return [...dice.maybe(2, 'MATCH', pattern), 'COUNT', dice.pick(['100000', '1000000', '100000', '0', '-1', 'x'])]
}

export function hashes(dice: Dice): Operation[] {
  const key = dice.key()
  const field = () => dice.member()
  switch (dice.int(24)) {
    case 0:
    case 1:
    case 2:
      return [exact('HSET', key, ...dice.times(1, 5, () => [field(), dice.value()]).flat(), ...dice.maybe(12, 'odd'))]
    case 3:
      return [exact('HMSET', key, ...dice.times(1, 5, () => [field(), dice.value()]).flat(), ...dice.maybe(12, 'odd'))]
    case 4:
      return [exact('HSETNX', key, field(), dice.value())]
    case 5:
      return [exact('HGET', key, field()), exact('HEXISTS', key, field())]
    case 6:
      return [exact('HMGET', key, ...dice.times(1, 5, field))]
    case 7:
      return [exact('HDEL', key, ...dice.times(1, 4, field))]
    case 8:
      return [exact('HLEN', key), exact('HSTRLEN', key, field())]
    case 9:
    case 10:
      return [loose('pairs', 'HGETALL', key), exact('OBJECT', 'ENCODING', key)]
    case 11:
      return [loose('unordered', 'HKEYS', key)]
    case 12:
      return [loose('unordered', 'HVALS', key)]
    case 13:
    case 14:
    case 15:
      return [exact('HINCRBY', key, field(), dice.integer())]
    case 16:
    case 17:
    case 18:
      return [exact('HINCRBYFLOAT', key, field(), dice.float())]
    case 19: {
      const count = dice.once(2)
        ? dice.pick([
            '0',
            '1',
            '3',
            '100',
            '-1',
            '-3',
            '-20',
            '-9223372036854775808',
            '9223372036854775807',
            'x',
            '4611686018427387904',
          ])
        : String(dice.int(30))
      if (dice.once(8)) return [exact('HRANDFIELD', key, '-4611686018427387905', 'WITHVALUES')]
      const options = dice.maybe(2, dice.once(10) ? 'x' : 'WITHVALUES')
      return [loose('shape', 'HRANDFIELD', key, ...(dice.once(4) ? [] : [count, ...options]))]
    }
    case 20:
      return [loose('scan', 'HSCAN', key, '0', 'COUNT', '100000', ...dice.maybe(2, 'MATCH', 'a*')), exact('TYPE', key)]
    case 21:
      return [loose('errors', 'HSCAN', key, dice.integer(), ...scanOptions(dice))]
    case 22:
      return [
        exact('HSET', key, ...dice.times(5, 20, () => [field(), dice.value()]).flat()),
        exact('OBJECT', 'ENCODING', key),
      ]
    default:
      return [exact('DEL', ...dice.keys(0, 2), key)]
  }
}

export function sets(dice: Dice): Operation[] {
  const key = dice.key()
  const member = () => (dice.once(2) ? String(dice.int(20)) : dice.member())
  switch (dice.int(24)) {
    case 0:
    case 1:
    case 2:
      return [exact('SADD', key, ...dice.times(1, 7, member)), exact('OBJECT', 'ENCODING', key)]
    case 3: {
      const edge = [
        '127',
        '128',
        '32767',
        '32768',
        '2147483648',
        '9223372036854775807',
        '-9223372036854775808',
        '-1',
        '0',
      ]
      return [exact('SADD', key, ...dice.times(1, 5, () => dice.pick(edge))), exact('OBJECT', 'ENCODING', key)]
    }
    case 4:
    case 5:
      return [exact('SREM', key, ...dice.times(1, 5, member))]
    case 6:
      return [exact('SCARD', key), exact('SISMEMBER', key, member())]
    case 7:
      return [exact('SMISMEMBER', key, ...dice.times(1, 5, member))]
    case 8:
    case 9:
      return [loose('unordered', 'SMEMBERS', key)]
    case 10:
      return [exact('SMOVE', key, dice.key(), member())]
    case 11:
      return [loose('shape', 'SPOP', key), exact('DEL', key)]
    case 12:
      return [loose('shape', 'SPOP', key, dice.pick(['0', '1', '2', '5', '-1', 'x', '', '1.5'])), exact('DEL', key)]
    case 13:
      return [loose('unordered', 'SPOP', key, dice.pick(['100000', '9223372036854775807', '9223372036854775808']))]
    case 14: {
      const counts = ['0', '1', '3', '100', '-1', '-3', '-20', '-9223372036854775808', '9223372036854775807', 'x', '']
      return [loose('shape', 'SRANDMEMBER', key, ...dice.maybe(2, dice.pick(counts), ...dice.maybe(12, 'x')))]
    }
    case 15:
      return [loose('unordered', 'SRANDMEMBER', key, '100000')]
    case 16:
    case 17:
      return [loose('unordered', dice.pick(['SINTER', 'SUNION', 'SDIFF']), ...dice.keys(1, 4))]
    case 18:
    case 19: {
      const name = dice.pick(['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE'])
      return [exact(name, key, ...dice.keys(1, 4)), exact('OBJECT', 'ENCODING', key)]
    }
    case 20:
      return [exact('SINTERCARD', ...dice.counted(dice.keys(1, 4)), ...dice.maybe(2, 'LIMIT', dice.count()))]
    case 21:
      return [loose('scan', 'SSCAN', key, '0', 'COUNT', '100000', ...dice.maybe(2, 'MATCH', '[1-3]*'))]
    case 22:
      return [loose('errors', 'SSCAN', key, dice.integer(), ...scanOptions(dice)), exact('SMISMEMBER', key, member())]
    default:
      return [exact('DEL', ...dice.keys(0, 2), key)]
  }
}
