/** Commands that fill a server with data of every type and size, the same for the same seed. */
import type { Random } from '../../src/util/random.ts'
import type { Argument } from '../support/raw-client.ts'

const YEAR_2100_MS = 4_102_444_800_000

const INTEGERS = [
  ...[0, 1, -1, 12, 13, 127, 128, -128, -129, 4095, 4096, -4096, -4097, 32767, 32768, -32768, -32769, 8388607, 8388608],
  ...[-8388608, -8388609, 2147483647, 2147483648, -2147483648, -2147483649, '9007199254740991', '9007199254740993'],
  ...['9223372036854775807', '-9223372036854775808', '9223372036854775808', '-0', '00', '+1', ' 1', '1.5', '1e5', ''],
].map(String)

const LENGTHS = [1, 5, 11, 20, 21, 44, 45, 63, 64, 65, 127, 128, 253, 254, 255, 4094, 4095, 4096, 16380, 16384, 20000]
const SCORES = ['inf', '-inf', '0', '0.1', '-1.5', '1e300', '5e-324', '3.0000000000000004', '9007199254740993', '1e17']

export function randomText(random: Random): string {
  const kind = random.int(10)
  if (kind < 3) return INTEGERS[random.int(INTEGERS.length)]
  if (kind < 5) return String(random.int(1_000_000_000) - 500_000_000)
  // Few are long: the rest would be a drop in the sea.
  const length = random.int(12) > 0 ? random.int(30) : LENGTHS[random.int(LENGTHS.length)]
  if (kind < 7) return 'abcab'.repeat(length).slice(0, length)
  let text = ''
  while (text.length < length) text += String.fromCharCode(random.int(256))
  return text
}

/** How many elements a collection gets: mostly few, now and then beyond the limits of packed encodings. */
function randomCount(random: Random): number {
  const many = [100, 127, 128, 129, 130, 511, 512, 513, 600]
  return random.int(6) > 0 ? 1 + random.int(20) : many[random.int(many.length)]
}

const texts = (random: Random, count: number) => Array.from({ length: count }, () => randomText(random))

function valueCommands(random: Random, key: string): Argument[][] {
  switch (random.int(8)) {
    case 0:
      return [['SET', key, randomText(random)]]
    case 1:
      return [
        ['APPEND', key, randomText(random)],
        ['APPEND', key, randomText(random) + 'x'],
      ]
    case 2:
      return [['RPUSH', key, ...texts(random, randomCount(random))]]
    case 3:
      return [['SADD', key, ...texts(random, randomCount(random))]]
    case 4: {
      const width = [100, 60_000, 4_000_000_000][random.int(3)]
      return [['SADD', key, ...Array.from({ length: randomCount(random) }, () => random.int(width) - width / 2)]]
    }
    case 5:
      return [['HSET', key, ...texts(random, randomCount(random) * 2)]]
    case 6: {
      const pairs = Array.from({ length: randomCount(random) }, () => {
        const score = random.int(3) === 0 ? SCORES[random.int(SCORES.length)] : (random.float() - 0.5) * 1000
        return [score, randomText(random)]
      })
      return [['ZADD', key, ...pairs.flat()]]
    }
    default:
      return streamCommands(random, key)
  }
}

/** With groups, if the server is asked to have them. */
function streamCommands(random: Random, key: string): Argument[][] {
  const commands: Argument[][] = []
  const ids: string[] = []
  let ms = 1 + random.int(1000)
  const names = texts(random, 3)
  const count = randomCount(random)
  for (let i = 0; i < count; i++) {
    ms += random.int(3)
    ids.push(`${ms}-${i}`)
    const fields = random.int(4) > 0 ? names : texts(random, 1 + random.int(3))
    commands.push(['XADD', key, ids[i], ...fields.flatMap((name) => [name, randomText(random)])])
  }
  for (const id of ids) if (random.int(5) === 0) commands.push(['XDEL', key, id])
  for (const group of ['first', 'second'].slice(random.int(3))) {
    commands.push(['XGROUP', 'CREATE', key, group, random.int(2) === 0 ? '0' : '$'])
    for (const consumer of ['alice', 'bob']) {
      const read = 1 + random.int(10)
      commands.push(['XREADGROUP', 'GROUP', group, consumer, 'COUNT', read, 'STREAMS', key, '>'])
      for (const id of ids) if (random.int(8) === 0) commands.push(['XACK', key, group, id])
    }
  }
  return commands
}

/** About `keys` keys in several databases, some with a deadline far away. */
export function randomCommands(random: Random, keys: number): Argument[][] {
  const commands: Argument[][] = []
  for (let i = 0; i < keys; i++) {
    if (i % 20 === 0) commands.push(['SELECT', random.int(16)])
    const key = random.int(10) === 0 ? randomText(random) + i : `key:${i}`
    commands.push(...valueCommands(random, key))
    if (random.int(4) === 0) commands.push(['PEXPIREAT', key, YEAR_2100_MS + random.int(1_000_000)])
  }
  return commands
}
