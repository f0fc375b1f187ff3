import { afterAll, beforeAll, expect, it } from 'vitest'
import { cases, error, startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startKeyper()
})
afterAll(() => server.close())

const outOfRange = error('ERR value is out of range')

it('are refused when they would be too long, and the server lives', async () => {
  await cases(server, [
    ['SADD t a b', 2],
    ['HSET h f v', 1],
    ['ZADD z 1 a', 1],
    ...['-2147483649', '-9223372036854775807', '-1048577'].flatMap((count) =>
      [`SRANDMEMBER t ${count}`, `HRANDFIELD h ${count}`, `ZRANDMEMBER z ${count}`].map(
        (line) => [line, outOfRange] as const,
      ),
    ),
    ['HRANDFIELD h -2147483649 WITHVALUES', outOfRange],
    ['ZRANDMEMBER z -2147483649 WITHSCORES', outOfRange],
    ['SRANDMEMBER nothing -2147483649', []],
    ['HRANDFIELD h -3', ['f', 'f', 'f']],
  ])
  expect(await server.call('SRANDMEMBER', 't', -1048576)).toHaveLength(1048576)
})

it('count the bytes of what they return', async () => {
  await cases(server, [
    [['HSET', 'large', 'f', 'x'.repeat(1 << 20)], 1],
    ['HRANDFIELD large -1000 WITHVALUES', outOfRange],
    ['HRANDFIELD large -3', ['f', 'f', 'f']],
  ])
})
