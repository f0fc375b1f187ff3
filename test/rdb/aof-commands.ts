/** Append-only files of commands of every kind, sound or with spoilt words in sound frames. */
import type { Random } from '../../src/util/random.ts'
import { mutate } from './mutate.ts'

const COMMANDS = `
SELECT 0
SET a 1
INCR a
APPEND b hello
SETRANGE b 3 xyz
SETBIT bits 77 1
PFADD log a b c
RPUSH list a b c 17
LPUSH list x
LINSERT list BEFORE b y
LTRIM list 0 9
LSET list 0 z
LREM list 0 z
SADD set a b 3
SREM set b
SINTERSTORE set2 set set
ZADD zset 1 a 2.5 b inf c
ZINCRBY zset 2 a
ZUNIONSTORE zset2 1 zset WEIGHTS 2
ZREM zset c
GEOADD geo 13.36 38.11 Palermo 15.08 37.5 Catania
HSET hash f v g 2
HINCRBY hash g 3
HDEL hash f
HPEXPIREAT hash 4000000000000 FIELDS 1 g
XADD stream 1-1 f v
XADD stream 2-1 f w g x
XGROUP CREATE stream group 0
XSETID stream 9-9
XDEL stream 1-1
XGROUP CREATECONSUMER stream group me
XCLAIM stream group me 0 2-1 TIME 5 RETRYCOUNT 2 FORCE JUSTID LASTID 2-1
XTRIM stream MAXLEN 1
PEXPIREAT a 4000000000000
PERSIST a
RENAME b b2
COPY set set3
MOVE set3 1
SELECT 1
SET other 1
SWAPDB 0 1
UNLINK other
BITFIELD bits SET u8 3 200
COPY geo geo2
SELECT 0`
  .trim()
  .split('\n')

/** Their offsets are left alone: a large one may rightly ask for a large string. */
const TAKES_OFFSET = new Set(['SETRANGE', 'SETBIT', 'BITFIELD'])

/** A file of up to some forty commands. `spoilt`: words, as bytes, may be anything, while the frames are sound. */
export function aofFile(random: Random, spoilt: boolean): Buffer {
  const from = random.int(COMMANDS.length)
  const chosen = Array.from({ length: 1 + random.int(40) }, (_, i) => COMMANDS[(from + i) % COMMANDS.length].split(' '))
  if (random.int(2) === 0) {
    const begin = random.int(chosen.length)
    chosen.splice(begin, 0, ['MULTI'])
    chosen.splice(begin + 1 + random.int(chosen.length - begin), 0, ['EXEC'])
  }
  for (let times = spoilt ? 1 + random.int(4) : 0; times > 0; times--) spoilWords(chosen, random)
  const text = chosen.map(
    (argv) => `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`,
  )
  if (random.int(4) === 0) text.splice(random.int(text.length), 0, '#TS:1700000000\r\n')
  return Buffer.from(text.join(''), 'latin1')
}

function spoilWords(commands: string[][], random: Random): void {
  const argv = commands[random.int(commands.length)]
  if (argv.length < 2 || TAKES_OFFSET.has(argv[0])) return
  const at = 1 + random.int(argv.length - 1)
  const others = commands.flat().map((word) => Buffer.from(word, 'latin1'))
  switch (random.int(4)) {
    case 0:
      argv.splice(at, 1)
      return
    case 1:
      argv.splice(at, 0, others[random.int(others.length)].toString('latin1'))
      return
    case 2:
      argv[at] = others[random.int(others.length)].toString('latin1')
      return
    default:
      argv[at] = mutate(Buffer.from(argv[at], 'latin1'), random, others).toString('latin1')
  }
}
