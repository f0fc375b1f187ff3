import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Parity, startParity } from '../support/parity.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { ReplyErrorValue } from '../support/resp-decoder.ts'
import { parityTests } from './support.ts'

describeWithRedis('CLIENT TRACKING and its like reply as redis-server does', () => {
  const same = parityTests()
  same('options', [
    'CLIENT GETREDIR',
    'CLIENT TRACKINGINFO',
    'CLIENT CACHING YES',
    'CLIENT CACHING x',
    'CLIENT TRACKING',
    'CLIENT TRACKING x',
    'CLIENT TRACKING ON x',
    'CLIENT TRACKING ON PREFIX',
    'CLIENT TRACKING ON PREFIX a',
    'CLIENT TRACKING ON REDIRECT',
    'CLIENT TRACKING ON REDIRECT x',
    'CLIENT TRACKING ON REDIRECT 99999',
    'CLIENT TRACKING ON REDIRECT 0',
    'CLIENT TRACKING x REDIRECT 99999',
    'CLIENT TRACKING ON x REDIRECT 99999',
    'CLIENT TRACKING ON BCAST OPTIN',
    'CLIENT TRACKING ON BCAST OPTOUT',
    'CLIENT TRACKING ON OPTIN OPTOUT',
    'CLIENT TRACKING ON BCAST PREFIX ab PREFIX a',
    'CLIENT TRACKING ON BCAST PREFIX a PREFIX a',
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKING ON BCAST PREFIX foo PREFIX bar NOLOOP',
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKING ON BCAST PREFIX fo',
    'CLIENT TRACKING ON BCAST PREFIX barn',
    'CLIENT TRACKING ON BCAST PREFIX baz',
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKING ON',
    'CLIENT CACHING YES',
    'CLIENT CACHING NO',
    'CLIENT TRACKING OFF x',
    'CLIENT TRACKING OFF',
    'CLIENT TRACKING OFF',
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKING on optin noloop',
    'CLIENT TRACKING ON OPTOUT',
    'CLIENT TRACKING ON BCAST',
    'CLIENT CACHING NO',
    'CLIENT CACHING YES',
    'CLIENT TRACKINGINFO',
    'CLIENT GETREDIR',
    'PING',
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKING OFF',
    'CLIENT TRACKING ON OPTOUT',
    'CLIENT CACHING YES',
    'CLIENT CACHING NO',
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKINGINFO x',
    'CLIENT GETREDIR x',
    'RESET',
    'CLIENT GETREDIR',
  ])
})

/** A line runs on the client it begins with; `three` and `other` speak RESP3. `{two}` is the id of client `two`. */
const CLIENTS = { three: 3, other: 3, two: 2, sub: 2 } as const
type Name = keyof typeof CLIENTS

async function transcript(connect: () => Promise<RawClient>, lines: readonly string[]): Promise<string[]> {
  const names = Object.keys(CLIENTS) as Name[]
  const clients = {} as Record<Name, RawClient>
  const ids = new Map<string, string>()
  const told: string[] = []
  for (const name of names) {
    const client = await connect()
    clients[name] = client
    if (CLIENTS[name] === 3) await client.command('HELLO', 3)
    ids.set(name, String(await client.command('CLIENT', 'ID')))
  }
  await clients.sub.command('SUBSCRIBE', '__redis__:invalidate')
  const idOf = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => ids.get(name)!)
  const nameOf = (text: string) => [...ids].reduce((t, [name, id]) => t.replaceAll(`:${id}`, `:{${name}}`), text)
  let pushes: string[] = []
  const listen = async (name: Name) => {
    for (;;)
      pushes.push(
        nameOf(`  ${name} < ${JSON.stringify((await clients[name].nextPush()).items).replace(/\b(\d+)\]$/, ':$1]')}`),
      )
  }
  for (const name of names) listen(name).catch(() => {})
  for (const line of lines) {
    const [name, ...rest] = words(idOf(line)) as [Name, ...string[]]
    const reply = await clients[name].command(...rest)
    told.push(`${line} > ${reply instanceof ReplyErrorValue ? reply.message : JSON.stringify(reply)}`)
    // Whatever was pushed before an answer to PING has arrived before it.
    for (let round = 0; round < 2; round++) for (const each of names) await clients[each].command('PING')
    await new Promise((resolve) => setImmediate(resolve))
    told.push(...pushes.sort())
    pushes = []
  }
  for (const name of names) await clients[name].close()
  return told
}

describeWithRedis('invalidation messages are those of redis-server', () => {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())
  beforeEach(() => pair.flush())

  const same = (name: string, lines: readonly string[]) =>
    it(name, async () => {
      const real = await transcript(() => pair.redis.client(), lines)
      expect(await transcript(() => pair.keyper.client(), lines)).toEqual(real)
    })

  same('of keys read', [
    'three CLIENT TRACKING ON',
    'three MGET a b c',
    'three GET a',
    'other SET a 1',
    'other SET a 2',
    'other SELECT 2',
    'other SET b 2',
    'other SELECT 0',
    'three SET c 3',
    'three SET d 3',
    'three EXISTS d',
    'other APPEND d x',
    'three LRANGE l 0 -1',
    'other RPUSH l x',
    'three LPOP l',
    'other RPUSH l x',
    'three GET a',
    'other RENAME a b',
    'three GET b',
    'other DEL b b',
    'three SINTER s1 s2',
    'other SADD s2 x',
    'other SDIFFSTORE s1 s2 s3',
    'three TTL s2',
    'other EXPIRE s2 100',
    'three GET nope',
    'other DEL nope',
    'three CLIENT TRACKING OFF',
    'other SET nope 1',
    'three CLIENT TRACKING ON',
    'three XREAD STREAMS x 0',
    'other XADD x 1-1 f v',
    'three SORT_RO l',
    'other DEL l',
    'three BOGUS',
    'three GET s2',
    'other DEL s2',
  ])
  same('in transactions', [
    'three CLIENT TRACKING ON',
    'three MULTI',
    'three GET a',
    'three SET a 1',
    'three GET b',
    'three EXEC',
    'other MULTI',
    'other SET a 2',
    'other SET b 2',
    'other EXEC',
    'three GET a',
    'three MULTI',
    'three FLUSHDB',
    'three FLUSHALL',
    'three EXEC',
    'other FLUSHALL',
    'other FLUSHDB',
    'other SWAPDB 0 1',
  ])
  same('by choice', [
    'three CLIENT TRACKING ON OPTIN',
    'three GET a',
    'three CLIENT CACHING YES',
    'three CLIENT GETNAME',
    'three GET b',
    'three GET c',
    'three CLIENT CACHING YES',
    'three MULTI',
    'three GET d',
    'three GET e',
    'three EXEC',
    'three GET f',
    'other MSET a 1 b 1 c 1 d 1 e 1 f 1',
    'three CLIENT TRACKING OFF',
    'three CLIENT TRACKING ON OPTOUT NOLOOP',
    'three GET a',
    'three CLIENT CACHING NO',
    'three GET b',
    'three GET c',
    'three SET a 2',
    'three SET c 2',
    'three GET a',
    'other MSET a 1 b 1 c 1',
  ])
  same('broadcast', [
    'three CLIENT TRACKING ON BCAST PREFIX u: PREFIX v:',
    'other CLIENT TRACKING ON BCAST NOLOOP',
    'two MSET v:1 x u:2 x u:1 x w x',
    'other MSET v:1 x u:2 x u:1 x w x',
    'two DEL u:1 nope',
    'two GET u:1',
    'three SET u:9 1',
    'other FLUSHALL',
    'three CLIENT TRACKING OFF',
    'two SET u:9 1',
  ])
  same('redirected', [
    'two CLIENT TRACKING ON REDIRECT {sub}',
    'two GET a',
    'other SET a 1',
    'two GET a',
    'two SET a 1',
    'other FLUSHALL',
    'three CLIENT TRACKING ON REDIRECT {sub}',
    'three GET a',
    'other SET a 1',
    'other FLUSHALL',
    'other CLIENT TRACKING ON REDIRECT {three}',
    'other GET a',
    'two SET a 1',
    'other FLUSHALL',
    'two CLIENT TRACKING OFF',
    'two CLIENT TRACKING ON BCAST REDIRECT {sub}',
    'other MSET a 1 b 2',
    'two CLIENT TRACKING OFF',
    'two CLIENT TRACKING ON REDIRECT {two}',
    'two GET a',
    'other SET a 1',
    'other FLUSHALL',
  ])
  same('in RESP2 without redirection are none', [
    'two CLIENT TRACKING ON',
    'two GET a',
    'other SET a 1',
    'two GET a',
    'two HELLO 3',
    'other SET a 2',
    'two RESET',
    'other SET a 3',
  ])
})
