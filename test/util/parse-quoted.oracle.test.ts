import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteArgument, splitArguments } from '../../src/util/parse-quoted.ts'
import { seededRandom } from '../../src/util/random.ts'
import { RedisOracle, redisAvailable } from './redis-oracle.ts'

describe.skipIf(!redisAvailable())('quoting beside redis-server', () => {
  let redis: RedisOracle
  const random = seededRandom(5)
  beforeAll(async () => {
    redis = await RedisOracle.start()
  })
  afterAll(() => redis.stop())

  function text(alphabet: string, length: number): string {
    let s = ''
    for (let i = random.int(length + 1); i > 0; i--) s += alphabet[random.int(alphabet.length)]
    return s
  }

  /** What comes back on a connection of its own until the server closes it or `enough` says so. */
  async function converse(lines: string, enough: (text: string) => boolean): Promise<string> {
    const socket = connect(redis.path)
    socket.setEncoding('latin1')
    await once(socket, 'connect')
    socket.write(lines, 'latin1')
    let received = ''
    for await (const chunk of socket) {
      received += String(chunk)
      if (enough(received)) break
    }
    socket.destroy()
    return received
  }

  it('inline commands are split by splitArguments', async () => {
    let refused = 0
    for (let i = 0; i < 1500; i++) {
      const line = text(i % 2 ? '""\'\'\\\\ ab\t' : '"\'\\xnrtba0f4G \v\f\r\xff', 14)
      const args = splitArguments(line)
      if (args !== null) {
        const replies = await redis.raw('DEL k\r\nRPUSH k x ' + line + '\r\nLRANGE k 1 -1\r\n', 3)
        expect([line, replies[2]]).toEqual([line, args])
      } else if (refused++ < 200) {
        const answer = await converse('RPUSH k x ' + line + '\r\n', (received) => received.endsWith('\r\n'))
        expect([line, answer]).toEqual([line, '-ERR Protocol error: unbalanced quotes in request\r\n'])
      }
    }
    expect(refused).toBeGreaterThan(200)
  })

  it('MONITOR quotes as quoteArgument', async () => {
    const args = Array.from({ length: 200 }, () => text('ab"\'\\\n\r\t\x07\b\0\x1b \x7f\x80\xff', 12))
    let started = false
    const sent: Promise<unknown>[] = []
    const seen = await converse('MONITOR\r\n', (received) => {
      if (!started) sent.push(redis.pipeline([...args.map((arg) => ['ECHO', arg]), ['ECHO', 'the end']]))
      started = true
      return received.includes('"the end"')
    })
    await Promise.all(sent)
    const quoted = seen.split('\r\n').flatMap((line) => line.split(' "ECHO" ').slice(1))
    expect(quoted.slice(0, -1)).toEqual(args.map(quoteArgument))
  })
})
