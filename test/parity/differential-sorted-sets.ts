/** Random commands on sorted sets. */
import { type Dice, exact, loose, type Operation } from './differential-dice.ts'

export function sortedSets(dice: Dice): Operation[] {
  const key = dice.key()
  const member = () => dice.member()
  const pair = () => [dice.float(), member()]
  switch (dice.int(34)) {
    case 0:
    case 1:
    case 2:
      return [exact('ZADD', key, ...dice.times(1, 6, () => [String(dice.int(9)), member()]).flat())]
    case 3:
    case 4:
      return [exact('ZADD', key, ...addOptions(dice), ...dice.times(1, 3, pair).flat(), ...dice.maybe(15, 'odd'))]
    case 5:
      return [
        exact('ZADD', key, ...addOptions(dice), dice.pick(['INCR', 'incr']), ...pair(), ...dice.maybe(15, '1', 'x')),
      ]
    case 6:
    case 7:
      return [exact('ZINCRBY', key, dice.float(), member()), exact('ZSCORE', key, member())]
    case 8:
      return [exact('ZREM', key, ...dice.times(1, 4, member))]
    case 9:
      return [exact('ZCARD', key), exact('OBJECT', 'ENCODING', key)]
    case 10:
      return [exact('ZCOUNT', key, bound(dice), bound(dice))]
    case 11:
      return [...sameScores(dice, key), exact('ZLEXCOUNT', key, lexBound(dice), lexBound(dice))]
    case 12:
      return [exact('ZMSCORE', key, ...dice.times(1, 4, member))]
    case 13:
      return [exact(dice.pick(['ZRANK', 'ZREVRANK']), key, member())]
    case 14:
      return [
        exact(dice.pick(['ZRANGE', 'ZREVRANGE']), key, dice.index(), dice.index(), ...dice.maybe(2, 'WITHSCORES')),
      ]
    case 15:
      if (dice.once(2))
        return [
          ...sameScores(dice, key),
          exact('ZRANGE', key, ...lexQuery(dice)),
          exact('ZRANGESTORE', 'k0', key, ...lexQuery(dice)),
        ]
      return [exact('ZRANGE', key, ...rangeQuery(dice), ...dice.maybe(2, dice.word('WITHSCORES')))]
    case 16:
      return [exact('ZRANGE', key, ...rangeQuery(dice), ...dice.maybe(2, dice.word('WITHSCORES')))]
    case 17:
      return [exact('ZRANGESTORE', key, dice.key(), ...rangeQuery(dice)), exact('OBJECT', 'ENCODING', key)]
    case 18:
    case 19: {
      const name = dice.pick(['ZRANGEBYSCORE', 'ZREVRANGEBYSCORE'])
      return [exact(name, key, bound(dice), bound(dice), ...dice.maybe(2, 'WITHSCORES'), ...limit(dice, 2))]
    }
    case 20:
      return [
        ...sameScores(dice, key),
        exact(dice.pick(['ZRANGEBYLEX', 'ZREVRANGEBYLEX']), key, lexBound(dice), lexBound(dice), ...limit(dice, 2)),
      ]
    case 21:
      return [exact('ZREMRANGEBYRANK', key, dice.index(), dice.index())]
    case 22:
      return [exact('ZREMRANGEBYSCORE', key, bound(dice), bound(dice))]
    case 23:
      return [...sameScores(dice, key), exact('ZREMRANGEBYLEX', key, lexBound(dice), lexBound(dice))]
    case 24:
      return [exact(dice.pick(['ZPOPMIN', 'ZPOPMAX']), key, ...dice.maybe(2, dice.count()))]
    case 25:
      return [
        exact(
          'ZMPOP',
          ...dice.counted(dice.keys()),
          dice.pick(['MIN', 'MAX', 'min', 'x']),
          ...dice.maybe(2, 'COUNT', dice.count()),
        ),
      ]
    case 26:
    case 27:
      return [
        exact(
          dice.pick(['ZUNION', 'ZINTER']),
          ...dice.counted(dice.keys()),
          ...combineOptions(dice),
          ...dice.maybe(2, 'WITHSCORES'),
        ),
      ]
    case 28:
    case 29: {
      const name = dice.pick(['ZUNIONSTORE', 'ZINTERSTORE'])
      return [exact(name, key, ...dice.counted(dice.keys()), ...combineOptions(dice)), exact('OBJECT', 'ENCODING', key)]
    }
    case 30:
      return dice.once(2)
        ? [exact('ZDIFF', ...dice.counted(dice.keys()), ...dice.maybe(2, 'WITHSCORES'))]
        : [exact('ZDIFFSTORE', key, ...dice.counted(dice.keys())), exact('OBJECT', 'ENCODING', key)]
    case 31:
      return [
        exact('ZINTERCARD', ...dice.counted(dice.keys()), ...dice.maybe(2, 'LIMIT', dice.count())),
        ...random(dice, key),
      ]
    case 32: {
      const timeout = dice.once(4) ? dice.pick(['-1', 'x', 'nan', '']) : '0'
      const name = dice.pick(['BZPOPMIN', 'BZPOPMAX'])
      const multiple = exact(
        'BZMPOP',
        timeout,
        ...dice.counted(dice.keys()),
        'MIN',
        ...dice.maybe(2, 'COUNT', dice.count()),
      )
      return [exact('MULTI'), dice.once(2) ? exact(name, ...dice.keys(), timeout) : multiple, exact('EXEC')]
    }
    default:
      return [
        loose('scan', 'ZSCAN', key, '0', 'COUNT', '100000', ...dice.maybe(2, 'MATCH', 'a*')),
        exact('DEL', dice.key()),
      ]
  }
}

function random(dice: Dice, key: string): Operation[] {
  const counts = [
    '0',
    '1',
    '3',
    '100',
    '-1',
    '-20',
    '-9223372036854775808',
    '9223372036854775807',
    'x',
    '4611686018427387904',
  ]
  const count = dice.maybe(2, dice.pick(counts), ...dice.maybe(2, dice.once(8) ? 'x' : 'WITHSCORES'))
  return [loose('shape', 'ZRANDMEMBER', key, ...count)]
}

const addOptions = (dice: Dice) => [
  ...dice.maybe(3, 'NX'),
  ...dice.maybe(3, 'XX'),
  ...dice.maybe(3, 'GT'),
  ...dice.maybe(4, 'LT'),
  ...dice.maybe(2, dice.word('CH')),
]

const bound = (dice: Dice) =>
  dice.once(4)
    ? dice.pick(['-inf', '+inf', 'inf', '(inf', '(-inf', '(', ''])
    : dice.maybe(3, '(').join('') + dice.float()
const lexBound = (dice: Dice) =>
  dice.pick([
    '-',
    '+',
    '-',
    '+',
    `[${dice.member()}`,
    `(${dice.member()}`,
    '[',
    '(',
    dice.once(4) ? 'x' : '-',
    dice.once(4) ? '' : '+',
  ])
const limit = (dice: Dice, n: number) =>
  dice.maybe(
    n,
    'LIMIT',
    dice.pick(['0', '1', '2', '-1', 'x', '9223372036854775807']),
    dice.pick(['0', '1', '3', '-1', '-2', 'x', '9223372036854775807']),
  )

/** Where scores differ, ranges by bytes are undefined. */
const sameScores = (dice: Dice, key: string): Operation[] => [
  exact('DEL', key),
  exact('ZADD', key, ...dice.times(1, 9, () => ['1', dice.member()]).flat()),
]

function rangeQuery(dice: Dice): string[] {
  const end = [...dice.maybe(2, 'REV'), ...limit(dice, 3)]
  switch (dice.int(3)) {
    case 1:
      return [bound(dice), bound(dice), dice.word('BYSCORE'), ...end]
    case 2:
      return [dice.index(), dice.index(), ...dice.maybe(2, 'REV')]
    default:
      return [dice.index(), dice.index(), ...end]
  }
}

const lexQuery = (dice: Dice) => [
  lexBound(dice),
  lexBound(dice),
  dice.word('BYLEX'),
  ...dice.maybe(2, 'REV'),
  ...limit(dice, 3),
]

function combineOptions(dice: Dice): string[] {
  const weights = dice.maybe(2, 'WEIGHTS', ...dice.times(1, 3, () => dice.float()))
  const aggregate = dice.maybe(
    2,
    dice.word('AGGREGATE'),
    dice.pick(['SUM', 'MIN', 'MAX', 'max', dice.once(8) ? 'x' : 'SUM']),
  )
  return dice.once(2) ? [...weights, ...aggregate] : [...aggregate, ...weights]
}
