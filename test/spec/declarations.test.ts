import { describe, expect, it } from 'vitest'
import { commands } from '../../src/commands/index.ts'
import { CommandTable } from '../../src/server/table.ts'
import { anyNumberOf, bytes, flag, key, many, named, numkeys, options } from '../../src/spec/args.ts'
import { command } from '../../src/spec/command.ts'
import { syntaxOf } from '../../src/spec/syntax.ts'

const table = new CommandTable(commands)

const base = {
  group: 'generic',
  since: '1.0.0',
  summary: 'Does.',
  complexity: 'O(1)',
  flags: 'readonly',
  run: () => {},
} as const

function keysOf(made: ReturnType<typeof command>, request: string) {
  const argv = request.split(' ')
  const found: string[] = []
  const whole = made.keys.each(argv, (index, access) => found.push(`${argv[index]}: ${access}`))
  return { found, whole }
}

describe('syntax lines', () => {
  it.each([
    ['get', 'GET key'],
    ['mset', 'MSET key value [key value ...]'],
    [
      'set',
      'SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]',
    ],
    ['blpop', 'BLPOP key [key ...] timeout'],
    ['linsert', 'LINSERT key <BEFORE | AFTER> pivot element'],
    [
      'zunionstore',
      'ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]',
    ],
    ['sort_ro', 'SORT_RO key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]'],
    [
      'xadd',
      'XADD key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] <* | id> field value [field value ...]',
    ],
    [
      'bitfield',
      'BITFIELD key [<GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment>> ...]',
    ],
    ['ping', 'PING [message]'],
    ['replicaof', 'REPLICAOF <host port | NO ONE>'],
  ])('%s', (name, line) => {
    const { declaration } = table.get(name)!
    expect(syntaxOf(declaration.name, declaration.args)).toBe(line)
  })
})

describe('keys of a request', () => {
  const script = command({
    ...base,
    name: 'SCRIPTLIKE',
    args: [bytes('script'), numkeys('RW access update', { none: true }), anyNumberOf(bytes('arg'))],
  })

  it('are as many as the request says', () => {
    expect(keysOf(script, 'SCRIPTLIKE x 2 a b c')).toEqual({
      found: ['a: RW access update', 'b: RW access update'],
      whole: true,
    })
  })

  it('may be none where that is declared', () => {
    expect(keysOf(script, 'SCRIPTLIKE x 0 a')).toEqual({ found: [], whole: true })
    const strict = command({ ...base, name: 'STRICT', args: [numkeys('RO')] })
    expect(keysOf(strict, 'STRICT 0 a')).toEqual({ found: [], whole: false })
  })

  it.each(['SCRIPTLIKE x 3 a b', 'SCRIPTLIKE x -1 a', 'SCRIPTLIKE x y a', 'SCRIPTLIKE x 1e9 a', 'SCRIPTLIKE x'])(
    'are not looked for beyond its end: %s',
    (request) => {
      expect(keysOf(script, request)).toEqual({ found: [], whole: false })
    },
  )

  it('may stand behind a pair of other keys', () => {
    const made = command({
      ...base,
      name: 'PAIRS',
      args: [key('a', 'RO'), key('b', 'RO', { continues: true }), many(key('c', 'OW update'), bytes('value'))],
    })
    expect(made.keys.specs.map(({ begin, find }) => [begin, find])).toEqual([
      [{ index: 1 }, { last: 1, step: 1, limit: 0 }],
      [{ index: 3 }, { last: -1, step: 2, limit: 0 }],
    ])
    expect(keysOf(made, 'PAIRS a b c 1 d 2').found).toEqual(['a: RO', 'b: RO', 'c: OW update', 'd: OW update'])
  })

  it('cannot stand behind options without a function that finds them', () => {
    const declare = () =>
      command({
        ...base,
        name: 'OPTIONS',
        args: [options({ store: named('STORE', key('key', 'OW update')), now: flag('NOW') })],
      })
    expect(declare).toThrow('keys behind options')
  })
})
