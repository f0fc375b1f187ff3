import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AttributedReply,
  type Decoded,
  describeReply,
  MalformedReply,
  PushReply,
  ReplyDecoder,
  ReplyErrorValue,
  SetReply,
  VerbatimReply,
} from './resp-decoder.ts'

function decode(text: string): Decoded[] {
  const decoder = new ReplyDecoder()
  decoder.feed(Buffer.from(text, 'latin1'))
  const values: Decoded[] = []
  for (let reply = decoder.next(); reply !== null; reply = decoder.next()) values.push(reply.value)
  expect(decoder.takeRest()).toBe('')
  return values
}

const samples: [string, Decoded][] = [
  ['+OK\r\n', 'OK'],
  ['-ERR no\r\n', new ReplyErrorValue('ERR no')],
  [':-7\r\n', -7],
  [':9223372036854775807\r\n', 9223372036854775807n],
  ['$4\r\na\r\n\xff\r\n', 'a\r\n\xff'],
  ['$0\r\n\r\n', ''],
  ['$-1\r\n', null],
  ['*-1\r\n', null],
  ['*0\r\n', []],
  ['*3\r\n:1\r\n*1\r\n+a\r\n*0\r\n', [1, ['a'], []]],
  ['_\r\n', null],
  ['#t\r\n', true],
  [',1.5e-7\r\n', 1.5e-7],
  [',-inf\r\n', Number.NEGATIVE_INFINITY],
  ['(123456789012345678901234567890\r\n', 123456789012345678901234567890n],
  ['=7\r\ntxt:foo\r\n', new VerbatimReply('txt', 'foo')],
  [
    '%2\r\n+a\r\n:1\r\n+b\r\n%0\r\n',
    new Map<Decoded, Decoded>([
      ['a', 1],
      ['b', new Map()],
    ]),
  ],
  ['~2\r\n:1\r\n:1\r\n', new SetReply([1, 1])],
  ['>2\r\n+message\r\n*1\r\n_\r\n', new PushReply(['message', [null]])],
  ['*1\r\n|1\r\n+ttl\r\n:3\r\n$1\r\nx\r\n', [new AttributedReply(new Map([['ttl', 3]]), 'x')]],
]

describe('ReplyDecoder', () => {
  it.each(samples)('%j', (text, value) => expect(decode(text)).toEqual([value]))

  it('gives the same replies and their exact bytes however the input is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...samples), { maxLength: 6 }), fc.array(fc.nat(20)), (chosen, cuts) => {
        const bytes = Buffer.from(chosen.map(([text]) => text).join(''), 'latin1')
        const decoder = new ReplyDecoder()
        const seen: [string, Decoded][] = []
        let at = 0
        for (const cut of [...cuts, bytes.length]) {
          decoder.feed(bytes.subarray(at, at + cut))
          at += cut
          for (let reply = decoder.next(); reply !== null; reply = decoder.next()) seen.push([reply.bytes, reply.value])
        }
        expect(seen).toEqual(chosen)
      }),
    )
  })

  it.each(['x\r\n', ':1x\r\n', '$-2\r\n', '*\r\n', '$1\r\nab\r\n', '#x\r\n', ',1,5\r\n', '(1.5\r\n'])(
    'refuses %j',
    (text) => {
      expect(() => decode(text)).toThrow(MalformedReply)
    },
  )
})

describe('describeReply', () => {
  it('tells apart what decodes alike', () => {
    const forms = [
      '+1\r\n',
      '$1\r\n1\r\n',
      ':1\r\n',
      ',1\r\n',
      '(1\r\n',
      '$-1\r\n',
      '*-1\r\n',
      '_\r\n',
      '%0\r\n',
      '~0\r\n',
    ]
    expect(new Set(forms.map(describeReply)).size).toBe(forms.length)
  })

  it('shows nesting, attributes and whatever ends it', () => {
    expect(describeReply('*2\r\n|1\r\n+a\r\n:1\r\n*1\r\n$3\r\nfoo\r\n_\r\n+OK\r\n')).toBe(
      '*2\n  |1\n    +a\n    :1\n  *1\n    $3 "foo"\n  _\n+OK',
    )
    expect(describeReply('*1\r\n?\r\n')).toBe('*1\n  ! "?\\r\\n"')
    expect(describeReply('$2\r\nabc\r\n')).toBe('! $2 "ab"')
    expect(describeReply('*1\r\n')).toBe('*1\n! incomplete')
  })
})
