import { seededRandom } from '../../src/util/random.ts'
import type { Argument } from '../support/raw-client.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

describeWithRedis('bitmap commands reply as redis-server does', () => {
  const same = parityTests()
  const big = '9223372036854775807'

  same('SETBIT and GETBIT', [
    'SETBIT a 7 1',
    'GET a',
    'SETBIT a 7 1',
    'SETBIT a 7 0',
    'SETBIT a 100 0',
    'STRLEN a',
    'SETBIT a 1000 1',
    'GETBIT a 1000',
    'GETBIT a 1001',
    'GETBIT a 4294967295',
    'GETBIT a 4294967296',
    'GETBIT a -1',
    'GETBIT a x',
    'GETBIT a 01',
    'GETBIT nokey 5',
    'GETBIT nokey x',
    'SETBIT b 4294967296 1',
    'SETBIT b -1 1',
    'SETBIT b x 1',
    `SETBIT b ${big} 1`,
    'SETBIT b 99999999999999999999 1',
    'SETBIT b 1 2',
    'SETBIT b 1 -1',
    'SETBIT b 1 x',
    'SETBIT b x 2',
    'SETBIT b 1',
    'SETBIT b 1 1 1',
    'GETBIT b',
    'EXISTS b',
    'SET n 12345',
    'GETBIT n 2',
    'GETBIT n 3',
    'GETBIT n 39',
    'GETBIT n 40',
    'SETBIT n 6 1',
    'GET n',
    'OBJECT ENCODING n',
    'SET m 12',
    'SETBIT m 0 0',
    'OBJECT ENCODING m',
    'INCR m',
    'SET t x EX 100',
    'SETBIT t 9 1',
    'PERSIST t',
    'LPUSH l 1',
    'SETBIT l 0 1',
    'GETBIT l 0',
    'SETBIT l x 1',
    'SET neg -5',
    'GETBIT neg 2',
  ])
  same('BITCOUNT', [
    ['SET', 'a', 'foobar\xff\0'],
    'BITCOUNT a',
    'BITCOUNT a 0 0',
    'BITCOUNT a 1 1',
    'BITCOUNT a 0 -1',
    'BITCOUNT a -2 -1',
    'BITCOUNT a -1 -2',
    'BITCOUNT a 5 2',
    'BITCOUNT a -100 100',
    'BITCOUNT a 100 200',
    'BITCOUNT a 5 30 BIT',
    'BITCOUNT a 5 30 bit',
    'BITCOUNT a 5 5 BIT',
    'BITCOUNT a 1 6 BIT',
    'BITCOUNT a -10 -3 BIT',
    'BITCOUNT a -3 -10 BIT',
    'BITCOUNT a 0 0 BYTE',
    'BITCOUNT a 0 1 FOO',
    'BITCOUNT a -1 -2 FOO',
    'BITCOUNT a 0',
    'BITCOUNT a 0 1 BIT 3',
    'BITCOUNT a x 1',
    'BITCOUNT a 1 x',
    'BITCOUNT nokey',
    'BITCOUNT nokey 0 x',
    'BITCOUNT nokey 0',
    'BITCOUNT nokey 1 2 3 4 5',
    `BITCOUNT a -${big} ${big}`,
    `BITCOUNT a -${big} ${big} BIT`,
    'BITCOUNT',
    'SET n 12345',
    'BITCOUNT n',
    'SET e ""',
    'BITCOUNT e',
    'BITCOUNT e 0 -1',
    'BITCOUNT e 0 -1 BIT',
    'LPUSH l 1',
    'BITCOUNT l',
    'BITCOUNT l x y z',
  ])
  same('BITPOS', [
    ['SET', 'a', '\xff\xf0\x00'],
    'BITPOS a 0',
    'BITPOS a 1',
    'BITPOS a 1 2',
    'BITPOS a 0 2',
    'BITPOS a 0 0 0',
    'BITPOS a 0 0 -1 BIT',
    'BITPOS a 0 0 11 BIT',
    'BITPOS a 0 0 12 BIT',
    'BITPOS a 1 12 -1 BIT',
    'BITPOS a 1 11 -1 BIT',
    'BITPOS a 0 3 5 BIT',
    'BITPOS a 1 3 5 BYTE',
    'BITPOS a 1 5 3',
    'BITPOS a 1 100',
    'BITPOS a 0 100',
    'BITPOS a 0 -1',
    'BITPOS a 1 -1',
    ['SET', 'b', '\xff\xff\xff'],
    'BITPOS b 0',
    'BITPOS b 0 0',
    'BITPOS b 0 0 -1',
    'BITPOS b 0 2',
    'BITPOS b 0 5',
    'BITPOS b 0 0 23 BIT',
    'BITPOS b 0 0 100 BIT',
    'BITPOS b 1 23 23 BIT',
    'BITPOS b 1 24 24 BIT',
    'BITPOS b 2',
    'BITPOS b x',
    'BITPOS b 9007199254740993',
    'BITPOS b -1',
    'BITPOS b 1 x',
    'BITPOS b 1 0 x',
    'BITPOS b 1 0 x FOO',
    'BITPOS b 1 x 0 FOO',
    'BITPOS b 1 0 1 BIT X',
    'BITPOS b',
    'BITPOS nokey 0',
    'BITPOS nokey 1',
    'BITPOS nokey 1 x',
    'BITPOS nokey 0 x y z w',
    'BITPOS nokey 2',
    'SET e ""',
    'BITPOS e 0',
    'BITPOS e 1',
    'BITPOS e 0 0 -1',
    'BITPOS e 0 0 -1 BIT',
    'SET n 12345',
    'BITPOS n 1',
    'BITPOS n 0 3 3',
    'LPUSH l 1',
    'BITPOS l 1',
    'BITPOS l 3',
    `BITPOS b 1 -${big} ${big} BIT`,
  ])
  same('BITOP', [
    ['SET', 'a', '\xaa\x00\xff\x55'],
    ['SET', 'b', '\xaa\x00\xff\xaa\xff'],
    'BITOP AND d a b',
    'GET d',
    'BITOP or d a b',
    'GET d',
    'BITOP XOR d a b nokey',
    'GET d',
    'BITOP NOT d a',
    'GET d',
    'BITOP AND d a nokey',
    'GET d',
    'BITOP AND d nokey a',
    'GET d',
    'BITOP NOT d a b',
    'BITOP FOO d a',
    'BITOP FOO d',
    'BITOP AND d',
    'BITOP AND',
    'BITOP AND d nokey',
    'EXISTS d',
    'BITOP OR d nokey nokey2',
    'BITOP NOT d nokey',
    'BITOP OR a a b',
    'GET a',
    'SET n 5 EX 100',
    'BITOP OR n n',
    'TTL n',
    'GET n',
    'OBJECT ENCODING n',
    'SETBIT n 2 1',
    'LPUSH l 1',
    'BITOP OR d a l',
    'BITOP OR l a',
    'GET l',
    'SET e ""',
    'BITOP OR q e',
    'EXISTS q',
  ])
  same('BITFIELD', [
    'BITFIELD a',
    'BITFIELD a GET u8 0 GET i64 100 GET u63 5',
    'EXISTS a',
    'BITFIELD a SET u8 0 255 GET i8 0 GET u4 4 GET i5 1',
    'BITFIELD a INCRBY i5 100 1 GET u4 0',
    'BITFIELD a SET i8 0 -129 GET i8 0',
    'BITFIELD a SET u8 #1 300 GET u8 8 GET u8 #1',
    'BITFIELD a OVERFLOW SAT INCRBY u8 0 1000 OVERFLOW FAIL INCRBY u8 0 1 OVERFLOW WRAP INCRBY u8 0 1',
    'BITFIELD a overflow sat set u8 0 -10 get u8 0 overflow fail set u8 0 -10 overflow sat incrby u8 0 -500',
    'BITFIELD a OVERFLOW SAT SET i8 0 -1000 SET i8 0 1000 GET i8 0 INCRBY i8 0 -10000 INCRBY i8 0 10000',
    `BITFIELD a SET i64 0 ${big} INCRBY i64 0 1 GET i64 0 GET u63 0 GET u63 1`,
    `BITFIELD a OVERFLOW SAT INCRBY i64 0 -1 INCRBY i64 0 -${big} INCRBY i64 0 ${big} INCRBY i64 0 ${big} INCRBY i64 0 ${big}`,
    `BITFIELD a OVERFLOW FAIL INCRBY i64 0 ${big} SET i64 3 -1 INCRBY u63 3 ${big} GET u63 3`,
    `BITFIELD a SET u63 7 ${big} INCRBY u63 7 1 INCRBY u63 7 -1 GET u63 7`,
    'BITFIELD a OVERFLOW SAT SET u63 7 -1 INCRBY u63 7 -9223372036854775808 INCRBY u63 7 -9223372036854775808',
    'BITFIELD a SET u1 3 1 SET u1 3 2 GET u1 3 SET i1 3 1 GET i1 3 OVERFLOW SAT SET i1 3 1 GET i1 3 SET i1 3 -5',
    'BITFIELD a SET u33 1 8589934591 INCRBY u33 1 1 SET u32 1 4294967296 INCRBY u32 1 -1 SET i33 1 -1 INCRBY i32 2 1',
    'BITFIELD a GET u64 0',
    'BITFIELD a GET i65 0',
    'BITFIELD a GET u0 0',
    'BITFIELD a GET x8 0',
    'BITFIELD a GET U8 0',
    'BITFIELD a GET u08 0',
    'BITFIELD a GET u 0',
    'BITFIELD a GET "" 0',
    ['BITFIELD', 'a', 'GET', 'u8\0z', '0'],
    'BITFIELD a GET u8 -1',
    'BITFIELD a GET u8 #-1',
    'BITFIELD a GET u8 x',
    'BITFIELD a GET u8 #',
    'BITFIELD a GET u8 ##1',
    'BITFIELD a GET u8 4294967295',
    'BITFIELD a GET u8 4294967296',
    'BITFIELD a GET u8 #536870911',
    'BITFIELD a GET u8 #536870912',
    'BITFIELD a GET u8',
    'BITFIELD a GET',
    'BITFIELD a SET u8 0',
    'BITFIELD a SET u8 0 x',
    'BITFIELD a INCRBY u8 0 99999999999999999999',
    'BITFIELD a OVERFLOW',
    'BITFIELD a OVERFLOW FOO',
    'BITFIELD a OVERFLOW WRAP',
    'BITFIELD a FOO',
    'BITFIELD a SET u8 0 1 FOO',
    'BITFIELD a OVERFLOW WRAP GET u8 0 OVERFLOW',
    'GET a',
    'SET n 12345',
    'BITFIELD n GET u8 0 GET u16 16 GET u32 24 GET i64 0',
    'OBJECT ENCODING n',
    'BITFIELD n SET u8 8 65',
    'GET n',
    'LPUSH l 1',
    'BITFIELD l GET u8 0',
    'BITFIELD l SET u8 0 1',
    'BITFIELD l',
    'BITFIELD l FOO',
    'BITFIELD',
    'BITFIELD f OVERFLOW FAIL SET u8 0 256 GET u8 0',
    'STRLEN f',
    'BITFIELD f OVERFLOW FAIL SET u8 #3 256 SET u8 #1 1',
    'GET f',
  ])
  same('BITFIELD_RO', [
    ['SET', 'a', '\x01\xf2\x83'],
    'BITFIELD_RO a GET u8 0 GET i8 8 GET u4 #3 GET i12 6',
    'BITFIELD_RO a',
    'BITFIELD_RO nokey GET u8 0',
    'BITFIELD_RO a SET u8 0 1',
    'BITFIELD_RO a INCRBY u8 0 1',
    'BITFIELD_RO a SET u8 0 x',
    'BITFIELD_RO a OVERFLOW WRAP GET u8 0',
    'BITFIELD_RO a FOO',
    'LPUSH l 1',
    'BITFIELD_RO l GET u8 0',
    'BITFIELD_RO l SET u8 0 1',
    'BITFIELD_RO',
  ])
  same('COMMAND GETKEYS', [
    'COMMAND GETKEYS SETBIT k 1 1',
    'COMMAND GETKEYS BITOP AND d a b',
    'COMMAND GETKEYS BITPOS k 1 0',
    'COMMAND GETKEYS BITFIELD k GET u8 0',
    'COMMAND GETKEYS BITCOUNT k 0 1',
  ])
  same('long values', longValues())
  same('random commands', randomCommands(700))
})

/** Beyond the sizes at which words and blocks are used, in both forms of a value. */
function longValues(): Argument[][] {
  const lines: Argument[][] = []
  const random = seededRandom(11)
  for (const [name, length] of [
    ['s', 300],
    ['m', 65_537],
    ['l', 200_003],
  ] as const) {
    let text = ''
    for (let i = 0; i < length; i++) text += String.fromCharCode(random.int(256))
    const zeros = '\0'.repeat(length)
    const ones = '\xff'.repeat(length)
    lines.push(['SET', name, text], ['SET', `${name}0`, zeros], ['SET', `${name}1`, ones])
    for (const form of ['text', 'bytes']) {
      if (form === 'bytes') {
        const last = String(length * 8 - 1)
        for (const key of [name, `${name}0`, `${name}1`]) {
          lines.push(['SETBIT', key, last, '1'], ['SETBIT', key, last, key === `${name}0` ? '0' : '1'])
        }
      }
      lines.push(['BITCOUNT', name], ['BITCOUNT', `${name}1`, '3', '-77', 'BIT'])
      lines.push(
        ['BITPOS', `${name}0`, '1'],
        ['BITPOS', `${name}1`, '0'],
        ['BITPOS', `${name}1`, '0', '9', '-9', 'BIT'],
      )
      for (let i = 0; i < 6; i++) {
        const at = String(random.int(length * 8))
        const end = String(random.int(length * 8))
        lines.push(['BITCOUNT', name, at, end, 'BIT'])
        if (form === 'bytes') {
          lines.push(['SETBIT', `${name}0`, at, '1'], ['SETBIT', `${name}1`, at, '0'])
          lines.push(['BITPOS', `${name}0`, '1'], ['BITPOS', `${name}1`, '0'])
          lines.push(['BITPOS', `${name}0`, '1', '3', end, 'BIT'], ['BITPOS', `${name}1`, '0', '3', end, 'BIT'])
          lines.push(['SETBIT', `${name}0`, at, '0'], ['SETBIT', `${name}1`, at, '1'])
        }
      }
    }
  }
  for (const operation of ['AND', 'OR', 'XOR']) {
    lines.push(
      ['BITOP', operation, 'd', 'l', 'm', 's'],
      ['BITCOUNT', 'd'],
      ['BITOP', operation, 'd', 's', 'd', 'm1', 'l'],
    )
    lines.push(['BITOP', operation, 'd', 'm', 'd', 'nokey', 'd'], ['BITCOUNT', 'd', '7', '1000007', 'BIT'])
  }
  lines.push(['BITOP', 'NOT', 'd', 'l'], ['BITCOUNT', 'd'], ['BITOP', 'NOT', 'd', 'd'], ['BITOP', 'NOT', 'e', 's'])
  return lines
}

function randomCommands(count: number): Argument[][] {
  const random = seededRandom(7)
  const pick = <T>(items: readonly T[]): T => items[random.int(items.length)]
  const key = () => pick(['a', 'b', 'c', 'd'])
  const offset = () => String(random.int(random.int(4) === 0 ? 3000 : 200))
  const index = () => String(random.int(300) - 150)
  const type = () => (random.int(2) === 0 ? `i${1 + random.int(64)}` : `u${1 + random.int(63)}`)
  const amount = () => {
    const kind = random.int(4)
    if (kind === 0) return String(random.int(512) - 256)
    const n = BigInt.asIntN(64, BigInt(`0x${random.hex(16)}`)) >> BigInt(random.int(64))
    return kind === 1 ? pick(['9223372036854775807', '-9223372036854775808', '0', '-1', '1']) : String(n)
  }
  const lines: Argument[][] = []
  for (let i = 0; i < count; i++) {
    const roll = random.int(12)
    if (roll < 2) lines.push(['SETBIT', key(), offset(), String(random.int(2))])
    else if (roll === 2) lines.push(['GETBIT', key(), offset()])
    else if (roll === 3) lines.push(['BITCOUNT', key(), index(), index(), pick(['BIT', 'BYTE'])])
    else if (roll === 4) lines.push(['BITPOS', key(), String(random.int(2)), index(), index(), pick(['BIT', 'BYTE'])])
    else if (roll === 5) lines.push(['BITPOS', key(), String(random.int(2)), index()])
    else if (roll === 6) lines.push(['BITOP', pick(['AND', 'OR', 'XOR']), key(), key(), key(), key()])
    else if (roll === 7) lines.push(['BITOP', 'NOT', key(), key()])
    else if (roll === 8 && random.int(3) === 0)
      lines.push(['SET', key(), pick(['12345', 'text', '-1', '\xff\xff\xff'])])
    else {
      const words = ['BITFIELD', key()]
      for (let n = 1 + random.int(6); n > 0; n--) {
        if (random.int(2) === 0) words.push('OVERFLOW', pick(['WRAP', 'SAT', 'FAIL']))
        const at = random.int(2) === 0 ? offset() : `#${random.int(9)}`
        const operation = pick(['GET', 'SET', 'INCRBY'])
        words.push(operation, type(), at)
        if (operation !== 'GET') words.push(amount())
      }
      lines.push(words)
    }
    lines.push(['GET', key()])
  }
  return lines
}
