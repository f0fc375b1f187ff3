import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cases, error, startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer

beforeAll(async () => {
  server = await startKeyper()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const info = async (field: string) => {
  const text = String(await server.run('INFO everything'))
  return new RegExp(`${field}[=:](\\d+)`).exec(text)?.[1]
}

describe.each([
  ['small', '512'],
  ['large', '0'],
])('fields of a %s hash', (_, entries) => {
  const setUp = async () => {
    await server.run(`CONFIG SET hash-max-listpack-entries ${entries}`)
    await server.run('CONFIG RESETSTAT')
  }

  it('take a time to live, and tell it', async () => {
    await setUp()
    await cases(server, [
      ['HEXPIRE no 10 FIELDS 2 a b', [-2, -2]],
      ['HSET h a 1 b 2 c 3', 3],
      ['HEXPIRE h 10 FIELDS 3 a no b', [1, -2, 1]],
      ['HTTL h FIELDS 4 a b c no', [10, 10, -1, -2]],
      ['HPTTL h FIELDS 2 a c', [10_000, -1]],
      ['HPEXPIRE h 1500 FIELDS 1 b', [1]],
      ['HTTL h FIELDS 1 b', [2]],
      ['HPTTL h fields 1 b', [1500]],
      ['HTTL no FIELDS 2 a b', [-2, -2]],
      ['HEXPIREAT h 99999999999 FIELDS 1 a', error("ERR invalid expire time in 'hexpireat' command")],
      ['HEXPIREAT h 9999999999 FIELDS 1 a', [1]],
      ['HEXPIRETIME h FIELDS 3 a c no', [9999999999, -1, -2]],
      ['HPEXPIRETIME h FIELDS 1 a', [9999999999000]],
      ['HPEXPIREAT h 9999999999001 FIELDS 1 a', [1]],
      ['HEXPIRETIME h FIELDS 1 a', [10000000000]],
      ['HPEXPIRETIME h FIELDS 1 a', [9999999999001]],
      ['HPERSIST h FIELDS 3 a c no', [1, -1, -2]],
      ['HPERSIST no FIELDS 2 a c', [-2, -2]],
      ['HTTL h FIELDS 1 a', [-1]],
    ])
  })

  it('obey NX, XX, GT and LT', async () => {
    await setUp()
    await cases(server, [
      ['HSET h a 1 b 2', 2],
      ['HEXPIRE h 10 XX FIELDS 1 a', [0]],
      ['HEXPIRE h 10 GT FIELDS 1 a', [0]],
      ['HEXPIRE h 10 NX FIELDS 1 a', [1]],
      ['HEXPIRE h 20 nx FIELDS 2 a b', [0, 1]],
      ['HEXPIRE h 10 LT FIELDS 1 a', [0]],
      ['HEXPIRE h 10 GT FIELDS 1 a', [0]],
      ['HEXPIRE h 15 GT FIELDS 1 a', [1]],
      ['HEXPIRE h 12 LT FIELDS 1 a', [1]],
      ['HEXPIRE h 30 XX FIELDS 2 a b', [1, 1]],
      ['HPERSIST h FIELDS 1 a', [1]],
      ['HEXPIRE h 40 LT FIELDS 1 a', [1]],
      ['HTTL h FIELDS 2 a b', [40, 30]],
      ['HEXPIRE h 0 GT FIELDS 1 a', [0]],
      ['HEXPIRE h 0 LT FIELDS 1 a', [2]],
      ['HGETALL h', ['b', '2']],
    ])
  })

  it('go at once when the time given has passed, the last with its key', async () => {
    await setUp()
    await cases(server, [
      ['HSET h a 1 b 2 c 3', 3],
      ['HEXPIRE h 0 FIELDS 2 a a', [2, -2]],
      ['HPEXPIREAT h 1 FIELDS 2 b no', [2, -2]],
      ['HLEN h', 1],
      ['HEXPIREAT h 0 FIELDS 1 c', [2]],
      ['EXISTS h', 0],
      ['HSET h a 1', 1],
      ['HGETEX h PXAT 1 FIELDS 2 a b', ['1', null]],
      ['EXISTS h', 0],
      ['HSETEX h EXAT 1 FIELDS 1 a 1', 1],
      ['EXISTS h', 0],
      ['HSET h a 1 b 2', 2],
      ['HSETEX h PX 0 FIELDS 2 a 1 c 1', 1],
      ['HGETALL h', ['b', '2']],
    ])
  })

  it('leave at their deadline, to the millisecond, though nobody looks', async () => {
    await setUp()
    await server.run('HSET h a 1 b 2 c 3')
    await server.run('HPEXPIRE h 1000 FIELDS 1 a')
    await server.run('HPEXPIRE h 1001 FIELDS 1 b')
    expect(await info('subexpiry')).toBe('1')
    const hash = server.store.databases[0].hashes.get('h')!
    server.advance(999)
    expect(hash.storedSize).toBe(3)
    server.advance(1)
    expect(hash.storedSize).toBe(2)
    server.advance(1)
    expect(hash.storedSize).toBe(1)
    expect(server.store.keyCount).toBe(1)
    expect(await info('subexpiry')).toBe(undefined)
    await server.run('HPEXPIRE h 5 FIELDS 1 c')
    server.advance(5)
    expect(server.store.keyCount).toBe(0)
    expect(await info('expired_keys')).toBe('0')
    expect(await info('expired_subkeys')).toBe('3')
  })

  it('never show past their deadline when removal by timer is off', async () => {
    await setUp()
    await cases(server, [
      ['DEBUG SET-ACTIVE-EXPIRE 0', 'OK'],
      ['HSET h a 10 b 2 c 3', 3],
      ['HPEXPIRE h 10 FIELDS 2 a b', [1, 1]],
      ['HSET gone a 1', 1],
      ['HPEXPIRE gone 10 FIELDS 1 a', [1]],
    ])
    server.advance(10)
    expect(server.store.databases[0].keyspace.size).toBe(2)
    await cases(server, [
      ['KEYS *', ['h']],
      ['SCAN 0', ['0', ['h']]],
      ['HTTL h FIELDS 2 a c', [-2, -1]],
      ['HLEN h', 1],
      ['HGETALL h', ['c', '3']],
      ['HRANDFIELD h -2', ['c', 'c']],
      ['HSCAN h 0', ['0', ['c', '3']]],
      ['HSCAN h 0 NOVALUES', ['0', ['c']]],
      ['HINCRBY h a 1', 1],
      ['HTTL h FIELDS 1 a', [-1]],
      ['EXISTS gone', 0],
      ['RANDOMKEY', 'h'],
      ['HSET gone b 1', 1],
      ['HGETALL gone', ['b', '1']],
      ['DEBUG SET-ACTIVE-EXPIRE 1', 'OK'],
    ])
  })

  it('lose their deadline when set, keep it when counted', async () => {
    await setUp()
    await cases(server, [
      ['HSET h a 1 b 2 c 3 d x', 4],
      ['HEXPIRE h 10 FIELDS 4 a b c d', [1, 1, 1, 1]],
      ['HSET h a 5', 0],
      ['HINCRBY h b 5', 7],
      ['HINCRBYFLOAT h c 0.5', '3.5'],
      ['HTTL h FIELDS 4 a b c d', [-1, 10, 10, 10]],
      ['HDEL h d', 1],
      ['HSETNX h d y', 1],
      ['HTTL h FIELDS 1 d', [-1]],
      ['HMSET h b 1', 'OK'],
      ['HTTL h FIELDS 1 b', [-1]],
      ['HSET h c 1', 0],
    ])
    expect(await info('subexpiry')).toBe(undefined)
  })

  it('are read and changed by HGETEX, HSETEX and HGETDEL', async () => {
    await setUp()
    await cases(server, [
      ['HSETEX h FXX FIELDS 1 a 1', 0],
      ['EXISTS h', 0],
      ['HSETEX h FNX EX 10 FIELDS 2 a 1 b 2', 1],
      ['HSETEX h FNX FIELDS 2 b 3 c 3', 0],
      ['HSETEX h FXX FIELDS 2 b 3 c 3', 0],
      ['HMGET h a b c', ['1', '2', null]],
      ['HSETEX h FXX KEEPTTL FIELDS 1 b 3', 1],
      ['HSETEX h keepttl FIELDS 1 c 4', 1],
      ['HTTL h FIELDS 3 a b c', [10, 10, -1]],
      ['HSETEX h FIELDS 1 b 5', 1],
      ['HTTL h FIELDS 1 b', [-1]],
      ['HSETEX h PX 1500 fxx FIELDS 1 b 6', 1],
      ['HPTTL h FIELDS 1 b', [1500]],
      ['HSETEX h PXAT 9999999999999 FIELDS 1 b 6', 1],
      ['HPEXPIRETIME h FIELDS 1 b', [9999999999999]],
      ['HGETEX h FIELDS 3 a no b', ['1', null, '6']],
      ['HGETEX no EX 10 FIELDS 2 a b', [null, null]],
      ['HGETEX h EX 20 FIELDS 2 a no', ['1', null]],
      ['HGETEX h PERSIST FIELDS 2 b c', ['6', '4']],
      ['HTTL h FIELDS 3 a b c', [20, -1, -1]],
      ['HGETEX h PX 5 FIELDS 1 c', ['4']],
      ['HPTTL h FIELDS 1 c', [5]],
      ['HGETDEL h FIELDS 3 a a no', ['1', null, null]],
      ['HGETDEL no FIELDS 2 a b', [null, null]],
      ['HGETDEL h FIELDS 2 b c', ['6', '4']],
      ['EXISTS h', 0],
    ])
  })

  it('keep their deadlines through COPY, RENAME, MOVE, DUMP, SWAPDB and DEBUG RELOAD', async () => {
    await setUp()
    await server.run('HSET h a 1 b 2 c 3')
    await server.run('HPEXPIRE h 500 FIELDS 2 a b')
    await server.run('HPEXPIRE h 900 FIELDS 1 b')
    const expected = [500, 900, -1]
    const deadlines = (key: string) => [`HPTTL ${key} FIELDS 3 a b c`, expected] as const
    await cases(server, [['COPY h i', 1], deadlines('i'), ['RENAME i j', 'OK'], deadlines('j'), ['MOVE j 1', 1]])
    const payload = (await server.call('DUMP', 'h')) as string
    expect(payload.charCodeAt(payload.length - 10)).toBe(12)
    await cases(server, [[['RESTORE', 'k', 0, payload], 'OK'], deadlines('k')])
    await cases(server, [['SWAPDB 0 1', 'OK'], deadlines('j'), ['SWAPDB 0 1', 'OK'], deadlines('h')])
    await cases(server, [['DEBUG RELOAD', 'OK'], deadlines('h'), deadlines('k')])
    server.advance(500)
    expect(await info('expired_subkeys')).toBe('3')
    await server.run('HDEL h c b')
    expect(await server.run('EXISTS h')).toBe(0)
  })
})

describe('a hash with deadlines on its fields', () => {
  it('has an encoding of its own while small', async () => {
    await cases(server, [
      ['CONFIG SET hash-max-listpack-entries 3', 'OK'],
      ['HSET h a 1', 1],
      ['OBJECT ENCODING h', 'listpack'],
      ['HEXPIRE h 10 FIELDS 1 a', [1]],
      ['OBJECT ENCODING h', 'listpackex'],
      ['HPERSIST h FIELDS 1 a', [1]],
      ['OBJECT ENCODING h', 'listpackex'],
      ['HEXPIRE h 10 FIELDS 1 a', [1]],
      ['HSET h b 1 c 1 d 1', 3],
      ['OBJECT ENCODING h', 'hashtable'],
      ['HTTL h FIELDS 2 a b', [10, -1]],
      ['CONFIG SET hash-max-listpack-entries 512', 'OK'],
    ])
    expect(Number(await server.run('MEMORY USAGE h'))).toBeGreaterThan(0)
  })

  it('is removed a slice at a time when very many fields are due at once', async () => {
    const fields = Array.from({ length: 30_000 }, (_, i) => `field${i}`)
    await server.call('HSET', 'h', ...fields.flatMap((field) => [field, 'v']))
    await server.call('HPEXPIRE', 'h', 1000, 'FIELDS', fields.length, ...fields)
    await server.verifyMirrors()
    server.advance(1000)
    await server.until(() => {
      server.advance(0)
      return server.store.keyCount === 0
    })
    await server.call('HSETEX', 'h', 'PX', 5, 'FIELDS', fields.length, ...fields.flatMap((field) => [field, 'v']))
    await server.run('DEBUG SET-ACTIVE-EXPIRE 0')
    server.advance(5)
    expect(await server.run('EXISTS h')).toBe(0)
    await server.run('DEBUG SET-ACTIVE-EXPIRE 1')
  })

  it('may have a time to live of its own', async () => {
    for (const [key, fields] of [
      [10, 1000],
      [1000, 10],
    ]) {
      await server.run('HSET h a 1')
      await server.run(`PEXPIRE h ${key}`)
      await server.run(`HPEXPIRE h ${fields} FIELDS 1 a`)
      server.advance(10)
      expect(await server.run('EXISTS h')).toBe(0)
      server.advance(1000)
    }
  })

  it('dirties those who watch it as a field goes', async () => {
    const other = await server.client()
    await server.run('HSET h a 1 b 2')
    await server.run('HPEXPIRE h 10 FIELDS 1 a')
    await cases(other, [
      ['WATCH h', 'OK'],
      ['MULTI', 'OK'],
      ['HLEN h', 'QUEUED'],
    ])
    server.advance(10)
    await cases(other, [['EXEC', null]])
  })
})

describe('what a replica does', () => {
  it('hides due fields, keeps them, and lets the HDEL of its master take them', async () => {
    const { store } = server
    await server.run('HSET h a 1 b 2')
    await server.run('HSET all a 1')
    await server.run('HPEXPIRE h 10 FIELDS 1 a')
    await server.run('HPEXPIRE all 10 FIELDS 1 a')
    store.expiryMode = 'hide'
    server.advance(10)
    const look = async () => {
      await cases(server, [
        ['HGETALL h', ['b', '2']],
        ['HLEN h', 1],
        ['HEXISTS h a', 0],
        ['HTTL h FIELDS 1 a', [-2]],
        ['EXISTS all', 0],
        ['KEYS *', ['h']],
        ['HGETALL all', []],
      ])
    }
    await look()
    const hash = store.databases[0].keyspace.valueAt(store.databases[0].keyspace.find('h'))
    expect(hash).toHaveProperty('storedSize', 2)
    // As the link from the master does.
    store.expiryMode = 'ignore'
    await cases(server, [
      ['HGET h a', '1'],
      ['HINCRBY all a 1', 2],
    ])
    store.expiryMode = 'hide'
    await look()
    await server.verifyMirrors()
    store.expiryMode = 'ignore'
    await cases(server, [
      ['HDEL h a', 1],
      ['HDEL all a', 1],
    ])
    expect(store.keyCount).toBe(1)
    expect(store.databases[0].keyspace.fieldDeadlines.size).toBe(0)
    store.expiryMode = 'remove'
  })

  it('sets fields anew that are hidden, where it takes writes', async () => {
    const { store } = server
    await server.run('HSET h a 1 b 2 c 3')
    await server.run('HPEXPIRE h 10 FIELDS 2 a b')
    await server.run('HSET all a 1')
    await server.run('HPEXPIRE all 10 FIELDS 1 a')
    store.expiryMode = 'hide'
    server.advance(10)
    await cases(server, [
      ['HSET h a 5', 1],
      ['HINCRBY h b 5', 5],
      ['HPTTL h FIELDS 2 a b', [-1, -1]],
      ['HSET all b 1', 1],
      ['HGETALL all', ['b', '1']],
    ])
    store.expiryMode = 'remove'
    store.expiry.rearm()
    // The second server had not lost the fields.
    await server.run('FLUSHALL')
  })

  it('removes what is due once it is a master', async () => {
    const { store } = server
    await server.run('HSET h a 1 b 2')
    await server.run('HPEXPIRE h 10 FIELDS 1 a')
    store.expiryMode = 'hide'
    server.advance(10)
    await cases(server, [['HGETALL h', ['b', '2']]])
    store.expiryMode = 'remove'
    store.expiry.rearm()
    server.advance(0)
    expect(store.databases[0].hashes.get('h')).toHaveProperty('storedSize', 1)
  })
})

describe('what is wrong is refused', () => {
  const expiring = ['HEXPIRE h 1', 'HPEXPIRE h 1', 'HEXPIREAT h 1', 'HPEXPIREAT h 1']
  const asking = ['HTTL h', 'HPTTL h', 'HEXPIRETIME h', 'HPEXPIRETIME h', 'HPERSIST h', 'HGETEX h', 'HGETDEL h']
  const missing = error('ERR Mandatory argument FIELDS is missing or not at the right position')
  const mismatch = error('ERR The `numfields` parameter must match the number of arguments')
  const count = error('ERR Number of fields must be a positive integer')
  const arity = (command: string) => error(`ERR wrong number of arguments for '${command}' command`)

  it.each(expiring)('%s', async (head) => {
    const command = head.split(' ')[0].toLowerCase()
    const positive = error('ERR Parameter `numFields` should be greater than 0')
    await cases(server, [
      [`${command} h`, arity(command)],
      [`${head} FIELDS 1`, arity(command)],
      [`${head} XX 1 a`, missing],
      [`${head} NX XX FIELDS 1 a`, missing],
      [`${head} FIELD 1 a`, missing],
      [`${head} FIELDS 0 a`, positive],
      [`${head} FIELDS -1 a`, positive],
      [`${head} FIELDS x a`, positive],
      [`${head} FIELDS 9223372036854775808 a`, positive],
      [`${head} FIELDS 2 a`, mismatch],
      [`${head} NX FIELDS 1 a b`, mismatch],
      [`${command} h -1 FIELDS 1 a`, error('ERR invalid expire time, must be >= 0')],
      [`${command} h x FIELDS 1 a`, error('ERR value is not an integer or out of range')],
      [`${command} h 9223372036854775808 FIELDS 1 a`, error('ERR value is not an integer or out of range')],
      [`${command} h 9223372036854775807 FIELDS 1 a`, error(`ERR invalid expire time in '${command}' command`)],
      [`${command} h 70368744177664 FIELDS 1 a`, error(`ERR invalid expire time in '${command}' command`)],
    ])
  })

  it.each(asking)('%s', async (head) => {
    const command = head.split(' ')[0].toLowerCase()
    await cases(server, [
      [`${command} h`, arity(command)],
      [`${head} FIELDS 1`, arity(command)],
      [`${head} FIELD 1 a`, missing],
      [`${head} FIELDS 0 a`, count],
      [`${head} FIELDS -1 a`, count],
      [`${head} FIELDS x a`, count],
      [`${head} FIELDS 2 a`, mismatch],
      [`${head} FIELDS 1 a b`, mismatch],
    ])
  })

  it('HGETEX', async () => {
    await cases(server, [
      ['HGETEX h PERSIST 1 FIELDS 1 a', missing],
      ['HGETEX h EX 1 PERSIST FIELDS 1 a', missing],
      ['HGETEX h PXAT 1 1', missing],
      ['HGETEX h EX x FIELDS 1 a', error('ERR value is not an integer or out of range')],
      ['HGETEX h EX -1 FIELDS 1 a', error('ERR invalid expire time, must be >= 0')],
      ['HGETEX h EX 70368744177 FIELDS 1 a', error("ERR invalid expire time in 'hgetex' command")],
      ['HGETEX h PXAT 70368744177664 FIELDS 1 a', error("ERR invalid expire time in 'hgetex' command")],
    ])
  })

  it('HSETEX', async () => {
    const conditions = error('ERR Only one of FXX or FNX arguments can be specified')
    const expiries = error('ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified')
    const fields = error('ERR invalid number of fields')
    const time = error("ERR invalid expire time in 'hsetex' command")
    await cases(server, [
      ['HSETEX h FIELDS 1 a', arity('hsetex')],
      ['HSETEX h FIELDS 2 a 1', arity('hsetex')],
      ['HSETEX h FIELDS 2 a 1 b', arity('hsetex')],
      ['HSETEX h FIELDS 1 a 1 b', arity('hsetex')],
      ['HSETEX h FIELDS 0 a 1', fields],
      ['HSETEX h FIELDS x a 1', fields],
      ['HSETEX h FIELDS 9223372036854775808 a 1', fields],
      ['HSETEX h NX FIELDS 1 a 1', error('ERR unknown argument: NX')],
      ['HSETEX h 1 FIELDS 1 a 1', error('ERR unknown argument: 1')],
      ['HSETEX h FNX FXX FIELDS 1 a 1', conditions],
      ['HSETEX h FXX FXX FIELDS 1 a 1', conditions],
      ['HSETEX h EX 1 PX 1 FIELDS 1 a 1', expiries],
      ['HSETEX h KEEPTTL PX 1 FIELDS 1 a 1', expiries],
      ['HSETEX h PX 1 KEEPTTL FIELDS 1 a 1', expiries],
      ['HSETEX h KEEPTTL KEEPTTL FIELDS 1 a 1', expiries],
      ['HSETEX h FNX KEEPTTL FNX EX', conditions],
      ['HSETEX h FNX PX 1 2 EX', error('ERR unknown argument: 2')],
      ['HSETEX h EX FIELDS 1 a 1', error('ERR value is not an integer or out of range')],
      ['HSETEX h EX -1 FIELDS 1 a 1', error('ERR invalid expire time, must be >= 0')],
      ['HSETEX h PX 70368744177663 FIELDS 1 a 1', time],
      ['HSETEX h EXAT 281474976710656 1 a 1', time],
      ['EXISTS h', 0],
    ])
  })

  it('a key of another type', async () => {
    const wrongType = error('WRONGTYPE Operation against a key holding the wrong kind of value')
    await server.run('SET h 1')
    for (const head of [...expiring, ...asking]) await cases(server, [[`${head} FIELDS 1 a`, wrongType]])
    await cases(server, [['HSETEX h FIELDS 1 a 1', wrongType]])
  })
})
