/** The keys that are checked are the keys that are used, and what a denied request leaves behind is nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import type { RawClient } from '../support/raw-client.ts'

let server: TestServer
let client: RawClient
beforeAll(async () => {
  server = await startKeyper()
})
afterEach(async () => {
  await server.run('ACL DELUSER a')
  await server.reset()
})
afterAll(() => server.close())

/** A connection of a user with these rules. */
async function as(rules: string): Promise<RawClient> {
  await server.run('ACL DELUSER a')
  await server.run(`ACL SETUSER a on nopass ${rules}`)
  client = await server.client()
  await client.command('AUTH', 'a', '')
  return client
}

const text = async (line: string) => await client.raw(...line.split(' '))
const NO_KEY = '-NOPERM this user has no permissions to access one of the keys used as arguments\r\n'
const NO_CHANNEL = '-NOPERM this user has no permissions to access one of the channels used as arguments\r\n'

describe('requests that hide keys among their options', () => {
  const HIDDEN = [
    'SORT k STORE secret',
    'SORT k STORE k STORE secret',
    'SORT k BY STORE LIMIT 0 1 STORE secret',
    'SORT k GET STORE STORE secret',
    'sort k alpha store secret',
    'GEORADIUS k 1 1 1 km STORE secret',
    'GEORADIUS k 1 1 1 km COUNT 1 STORE k STOREDIST secret',
    'GEORADIUSBYMEMBER k m 1 km storedist secret',
    'GEOSEARCHSTORE secret k FROMLONLAT 1 1 BYRADIUS 1 km',
    'XREADGROUP GROUP g c STREAMS k secret 0 0',
    'XREADGROUP GROUP STREAMS c COUNT 1 STREAMS secret 0',
    'XREADGROUP GROUP g STREAMS NOACK STREAMS secret >',
    'XREAD COUNT 1 STREAMS secret 0',
    'MSETNX k 1 secret 2',
    'MSET k 1 secret 2',
    'ZUNIONSTORE k 2 k secret',
    'ZUNIONSTORE secret 1 k',
    'ZINTER 2 k secret',
    'ZMPOP 2 k secret MIN',
    'BLMPOP 0 2 k secret LEFT',
    'SINTERCARD 2 k secret',
    'LMOVE k secret LEFT LEFT',
    'BLMOVE secret k LEFT LEFT 0',
    'COPY k secret',
    'RENAME secret k',
    'BITOP AND secret k',
    'BITOP AND k k secret',
    'OBJECT ENCODING secret',
    'MEMORY USAGE secret',
    'WATCH k secret',
    'BLPOP k secret 0',
    'XINFO STREAM secret',
    'XGROUP CREATE secret g 0 MKSTREAM',
    'PFMERGE k secret',
    'ZRANGESTORE secret k 0 -1',
    'LCS k secret',
    'RESTORE secret 0 x',
    'TOUCH k secret',
  ]

  it('are denied for the sake of each', async () => {
    await as('+@all ~k')
    for (const line of HIDDEN) expect([line, await text(line)]).toEqual([line, NO_KEY])
    expect(await server.run('DBSIZE')).toBe(0)
  })

  it('are denied while queueing too, and spoil the transaction', async () => {
    await as('+@all ~k')
    expect(await text('MULTI')).toBe('+OK\r\n')
    expect(await text('SORT k STORE secret')).toBe(NO_KEY)
    expect(await text('EXEC')).toMatch(/^-EXECABORT/)
  })

  it('every key that COMMAND GETKEYS names is checked', async () => {
    for (const line of HIDDEN) {
      const keys = (await server.run(`COMMAND GETKEYS ${line}`)) as string[]
      expect([line, keys.includes('secret')]).toEqual([line, true])
    }
  })

  it('words that only look like options are no keys', async () => {
    await as('+@all ~k')
    expect(await text('SORT k BY STORE ALPHA')).toBe('*0\r\n')
    expect(await text('SET k STORE')).toBe('+OK\r\n')
  })
})

describe('reading and writing', () => {
  it('SET with GET and BITFIELD read only when they are asked to', async () => {
    await as('+@all %W~k %R~r')
    expect(await text('SET k v')).toBe('+OK\r\n')
    expect(await text('SET k v GET')).toBe(NO_KEY)
    expect(await text('SET r v')).toBe(NO_KEY)
    expect(await text('BITFIELD r GET u8 0')).toBe('*1\r\n:0\r\n')
    expect(await text('BITFIELD r GET u8 0 SET u8 0 1')).toBe(NO_KEY)
    expect(await text('STRLEN k')).toBe(':1\r\n')
  })

  it('SORT by or for other keys needs to read all keys', async () => {
    await server.run('RPUSH k a b')
    await server.run('MSET w_a 2 w_b 1')
    await as('+@all ~k ~w_*')
    expect(await text('SORT k BY w_*')).toBe('-ERR BY option of SORT denied due to insufficient ACL permissions.\r\n')
    expect(await text('SORT_RO k BY x GET w_*')).toBe(
      '-ERR GET option of SORT denied due to insufficient ACL permissions.\r\n',
    )
    expect(await text('SORT k BY nosort')).toBe('*2\r\n$1\r\na\r\n$1\r\nb\r\n')
    await as('+@all ~k %R~*')
    expect(await text('SORT k BY w_*')).toBe('*2\r\n$1\r\nb\r\n$1\r\na\r\n')
    // All keys may be read, but by another selector than the one that lets SORT run.
    await as('+sort ~k (+get %R~*)')
    expect(await text('SORT k BY w_*')).toMatch(/^-ERR BY option/)
    // Another client's SORT is its own.
    expect(await server.run('SORT k BY w_*')).toEqual(['b', 'a'])
    expect(await text('SORT k BY w_*')).toMatch(/^-ERR BY option/)
  })
})

describe('scripts', () => {
  it('may do no more than their caller, SORT included', async () => {
    await server.run('RPUSH k b a')
    await as('+@all ~k')
    const run = (script: string) => client.raw('EVAL', script, '1', 'k')
    expect(await run("return redis.call('LLEN', 'k')")).toBe(':2\r\n')
    expect(await run("return redis.call('GET', 'secret')")).toMatch(/^-ERR The user executing the script can't access/)
    expect(await run("return redis.call('SORT', 'k', 'BY', 'w_*')")).toMatch(/^-ERR BY option of SORT denied/)
    expect(await run("return redis.call('SORT', 'k', 'ALPHA', 'STORE', 'secret')")).toMatch(/^-ERR The user executing/)
    await server.run('ACL LOG RESET')
    await run("return redis.acl_check_cmd('GET', 'secret')")
    expect(await server.run('ACL LOG')).toEqual([])
    await run("return redis.pcall('GET', 'secret')")
    const [entry] = (await server.run('ACL LOG')) as string[][]
    expect(entry.slice(2, 10)).toEqual(['reason', 'key', 'context', 'lua', 'object', 'secret', 'username', 'a'])
    expect(await client.raw('EVAL', 'return 1', '1', 'secret')).toBe(NO_KEY)
  })

  it('of others are not held to it', async () => {
    await server.run('RPUSH k b a')
    await as('+@all ~k')
    await text('SORT k BY w_*')
    await client.raw('EVAL', "return redis.pcall('SORT', 'k', 'BY', 'w_*')", '1', 'k')
    expect(await server.call('EVAL', "return redis.call('SORT', 'k', 'ALPHA', 'BY', 'w_*')", '1', 'k')).toHaveLength(2)
  })
})

it('one subcommand of DEBUG, which is one command to rules, is permitted as a first argument', async () => {
  await server.run('SET k v')
  await as('+debug|object ~k')
  const denied = "-NOPERM this user has no permissions to run the 'debug' command\r\n"
  expect(await text('DEBUG OBJECT k')).toMatch(/^\+Value at/)
  expect(await text('debug object secret')).toBe(NO_KEY)
  expect(await text('DEBUG SLEEP 0')).toBe(denied)
  await as('+@all -debug ~*')
  expect(await text('DEBUG OBJECT k')).toBe(denied)
  await as('-@all +debug ~*')
  expect(await text('DEBUG OBJECT k')).toMatch(/^\+Value at/)
})

describe('selectors', () => {
  it('one of them must permit the whole request', async () => {
    await as('+get ~a* (+set ~b*) (+mget ~a* ~b*)')
    expect(await text('GET a1')).toBe('$-1\r\n')
    expect(await text('SET b1 x')).toBe('+OK\r\n')
    expect(await text('GET b1')).toBe(NO_KEY)
    expect(await text('SET a1 x')).toBe(NO_KEY)
    expect(await text('MGET a1 b1')).toBe('*2\r\n$-1\r\n$1\r\nx\r\n')
    expect(await text('DEL a1')).toBe("-NOPERM this user has no permissions to run the 'del' command\r\n")
  })

  it('a selector that permits everything makes a user unlimited', async () => {
    await as('(+@all ~* &*)')
    expect(await text('SET anything x')).toBe('+OK\r\n')
    await server.run('ACL SETUSER a clearselectors')
    expect(await text('SET anything x')).toMatch(/^-NOPERM/)
  })
})

describe('channels', () => {
  it('patterns are permitted word for word', async () => {
    await as('+@all ~* resetchannels &news.* &a')
    expect(await text('PUBLISH news.x m')).toBe(':0\r\n')
    expect(await text('PUBLISH other m')).toBe(NO_CHANNEL)
    expect(await text('PSUBSCRIBE news.[x]*')).toBe(NO_CHANNEL)
    expect(await text('PSUBSCRIBE *')).toBe(NO_CHANNEL)
    expect(await text('SUBSCRIBE a other')).toBe(NO_CHANNEL)
    expect(await text('PSUBSCRIBE news.*')).toMatch(/^\*3/)
  })

  it('a channel that is lost takes its listeners along, but no others', async () => {
    await as('+@all ~* &one &two')
    await text('SUBSCRIBE one')
    const other = await server.client()
    await other.command('AUTH', 'a', '')
    await other.raw('SUBSCRIBE', 'two')
    const closed = client.closed
    await server.run('ACL SETUSER a resetchannels &two')
    await closed
    const users = ((await server.run('CLIENT LIST')) as string).match(/user=a/g)
    expect(users).toEqual(['user=a'])
  })
})

describe('a user that changes or goes', () => {
  it('is limited at once', async () => {
    await as('+@all ~* &*')
    expect(await text('SET k v')).toBe('+OK\r\n')
    await server.run('ACL SETUSER a -set')
    expect(await text('SET k v')).toBe("-NOPERM this user has no permissions to run the 'set' command\r\n")
    await server.run('ACL SETUSER a +set resetkeys ~x')
    expect(await text('SET k v')).toBe(NO_KEY)
    await server.run('ACL SETUSER a off')
    expect(await text('SET x v')).toBe('+OK\r\n')
  })

  it('is disconnected when deleted, even while it waits', async () => {
    await as('+@all ~* &*')
    const { closed } = client
    client.raw('BLPOP', 'k', '0').catch(() => {})
    await server.until(() => [...server.server.sessions.values()].some((s) => s.suspension !== null))
    expect(await server.run('ACL DELUSER a')).toBe(1)
    await closed
  })

  it('hears the reply when it deletes itself', async () => {
    await as('+@all ~* &*')
    const { closed } = client
    expect(await text('ACL DELUSER a')).toBe(':1\r\n')
    await closed
  })

  it('may not run what was queued before', async () => {
    await as('+@all ~* &*')
    await text('MULTI')
    await text('SET k v')
    await text('GET k')
    await server.run('ACL SETUSER a -set')
    expect(await text('EXEC')).toBe(
      '*2\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. ' +
        'This command is no longer allowed for the following reason: no permission to execute the command or ' +
        'subcommand\r\n$-1\r\n',
    )
  })
})

it('renamed commands go by their own names', async () => {
  const { startApp } = await import('../../src/app.ts')
  const { Config } = await import('../../src/config/config.ts')
  const config = new Config()
  for (const [name, value] of [
    ['port', '0'],
    ['save', ''],
  ] as const)
    config.load(name, value)
  const app = await startApp({ config, renamedCommands: [['GET', 'FETCH']] })
  try {
    expect(app.server.acl.setUser('u', ['+get', '~k'])).toBeNull()
    expect(app.server.acl.setUser('u', ['+fetch'])).not.toBeNull()
    const user = app.server.acl.find('u')!
    expect(user.root.allowsCommand(app.server.table.get('fetch')!, ['FETCH', 'k'])).toBe(true)
  } finally {
    await app.close()
  }
})
