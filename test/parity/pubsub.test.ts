import { afterAll, beforeAll, expect, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Parity, startParity } from '../support/parity.ts'
import { encodeRequest, RawClient } from '../support/raw-client.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

/** Everything one connection hears for the lines it sends, up to the closing of the connection. */
async function heard(port: number, lines: readonly string[]): Promise<string> {
  const client = await RawClient.connect(port)
  const all = client.readUntilClosed()
  client.send(Buffer.concat([...lines, 'QUIT'].map((line) => encodeRequest(words(line)))))
  return all
}

describeWithRedis('publish and subscribe as redis-server does', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())

  const same = (name: string, lines: readonly string[], how: { protocols?: readonly (2 | 3)[] } = {}) => {
    for (const protocol of how.protocols ?? [2, 3]) {
      it(`${name} (RESP${protocol})`, async () => {
        const all = protocol === 3 ? ['HELLO 3', ...lines] : lines
        const mask = (bytes: string) =>
          bytes.replace(/(\$7\r\nversion\r\n)\$\d\r\n[\d.]+/g, '$1#').replace(/(\$2\r\nid\r\n):\d+/g, '$1#')
        const real = mask(await heard(pair.redis.port, all))
        expect(mask(await heard(pair.keyper.port, all))).toBe(real)
      })
    }
  }

  same('subscribing and unsubscribing', [
    'SUBSCRIBE a',
    'SUBSCRIBE a b c',
    'PSUBSCRIBE a* b*',
    'PSUBSCRIBE a*',
    'SSUBSCRIBE a',
    'SSUBSCRIBE a b',
    'UNSUBSCRIBE x',
    'UNSUBSCRIBE a b',
    'UNSUBSCRIBE',
    'UNSUBSCRIBE',
    'PUNSUBSCRIBE x b*',
    'PUNSUBSCRIBE',
    'PUNSUBSCRIBE',
    'SUNSUBSCRIBE x a',
    'SUNSUBSCRIBE',
    'SUNSUBSCRIBE',
    'GET a',
    'SUBSCRIBE ""',
    'UNSUBSCRIBE',
    'PING',
  ])
  same(
    'commands in subscriber mode',
    [
      'SUBSCRIBE a',
      'GET a',
      'SET a 1',
      'PING',
      'PING hello',
      'PING a b',
      'NOPE',
      'GET',
      'PUBLISH a hello',
      'MULTI',
      'EXEC',
      'CONFIG GET port',
      'CLIENT ID',
      'ECHO x',
      'SUBSCRIBE',
      'PUBSUB CHANNELS z*',
      'UNSUBSCRIBE',
      'ECHO x',
      'PSUBSCRIBE a',
      'ECHO x',
      'PUNSUBSCRIBE',
      'ECHO x',
      'SSUBSCRIBE a',
      'ECHO x',
      'SUNSUBSCRIBE',
      'ECHO x',
      'SUBSCRIBE a',
      'RESET',
      'ECHO x',
      'PING',
    ].filter((line) => !/PUBLISH|CLIENT ID|CONFIG/.test(line)),
  )
  same(
    'changing the protocol while subscribed',
    ['SUBSCRIBE a', 'HELLO 2', 'ECHO x', 'PING', 'UNSUBSCRIBE', 'ECHO x'],
    {
      protocols: [3],
    },
  )
  same('messages', ['SUBSCRIBE a', 'PSUBSCRIBE a*', 'SSUBSCRIBE a', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'PUBLISH a x'])
  same('subscribing in a transaction', [
    'MULTI',
    'SUBSCRIBE a b',
    'PING',
    'PSUBSCRIBE p',
    'UNSUBSCRIBE a',
    'UNSUBSCRIBE',
    'PUNSUBSCRIBE',
    'SSUBSCRIBE s',
    'SUNSUBSCRIBE',
    'EXEC',
    'PING',
    'MULTI',
    'PUBLISH a 1',
    'EXEC',
    'MULTI',
    'MONITOR',
    'EXEC',
  ])
  same('CLIENT REPLY and confirmations', [
    'CLIENT REPLY SKIP',
    'SUBSCRIBE a',
    'UNSUBSCRIBE',
    'CLIENT REPLY OFF',
    'SUBSCRIBE b',
    'UNSUBSCRIBE',
    'ECHO x',
    'CLIENT REPLY ON',
    'ECHO y',
  ])
  same(
    'a client that is shown every command touches no keys',
    ['MONITOR', 'MONITOR', 'CLIENT GETNAME', 'RESET', 'SET monitored 1', 'DEL monitored'].filter(
      (line) => line !== 'CLIENT GETNAME',
    ),
    { protocols: [2] },
  )
})

describeWithRedis('PUBLISH and PUBSUB reply as redis-server does', () => {
  const same = parityTests()
  same('without listeners', [
    'PUBLISH a x',
    'SPUBLISH a x',
    'PUBLISH a',
    'SPUBLISH a',
    'SUBSCRIBE',
    'SSUBSCRIBE',
    'PSUBSCRIBE',
    'PUBSUB',
    'PUBSUB NOPE',
    'PUBSUB CHANNELS',
    'PUBSUB CHANNELS a*',
    'PUBSUB CHANNELS a b',
    'PUBSUB NUMSUB',
    'PUBSUB NUMSUB a b a',
    'PUBSUB NUMPAT',
    'PUBSUB NUMPAT x',
    'PUBSUB SHARDCHANNELS',
    'PUBSUB SHARDCHANNELS a',
    'PUBSUB SHARDCHANNELS a b',
    'PUBSUB SHARDNUMSUB',
    'PUBSUB SHARDNUMSUB a b',
    'COMMAND GETKEYS SSUBSCRIBE a',
    'COMMAND GETKEYS SPUBLISH a b',
    'COMMAND GETKEYS PUBLISH a b',
    { command: 'COMMAND INFO SSUBSCRIBE SUNSUBSCRIBE SPUBLISH SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE', unordered: true },
    { command: 'COMMAND INFO PUNSUBSCRIBE PUBLISH MONITOR', unordered: true },
    'MONITOR x',
  ])
})
