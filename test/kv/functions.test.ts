/** Creation, its errors, the table of functions, and connections by url and client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type KeyperServer } from '../../src/embedded.ts'
import { createKvExtension, type KvOptions } from '../../src/kv/index.ts'
import { LIBRARIES, type LibraryName, listeningKeyper } from '../kvs/backends.ts'

let server: KeyperServer
beforeAll(async () => {
  server = await listeningKeyper()
})
afterAll(() => server.close())

const rw = (prefix: string) => ({ mode: 'read-write', prefix }) as const

it('refuses at creation what can never work', () => {
  const refused: [Partial<KvOptions>, string][] = [
    [{ mounts: {} }, 'At least one mount is needed'],
    [{ mounts: undefined as any }, 'At least one mount is needed'],
    [{ url: 'redis://h' }, 'Give exactly one of url, client and store'],
    [{ store: undefined }, 'Give exactly one of url, client and store'],
    [{ store: undefined, url: 'nonsense' }, 'url is not a valid URL'],
    [{ store: undefined, url: 'http://h' }, 'url must begin with redis:// or rediss://, got http://'],
    [{ store: undefined, url: 'redis://h/zero' }, 'url must end in the number of a database, got "/zero"'],
    [{ store: undefined, client: {} as any }, 'client must be a redis or ioredis client for one server'],
    [{ store: {} as any }, 'store must come from createRedisStore, createMemoryStore or createFileStore'],
    [{ mounts: { a: { ...rw('p'), mode: 'rw' as any } } }, `Mount 'a' has an unknown mode "rw"`],
    [{ mounts: { a: { mode: 'read' } as any } }, "Mount 'a' needs a prefix that is a well-formed string"],
    [{ mounts: { a: { ...rw('p'), ttl: 0 } } }, "Mount 'a': ttl must be a number of seconds above 0, got 0"],
    [{ mounts: { a: { ...rw('p'), maxEntries: 0 } } }, "Mount 'a': maxEntries must be a whole number above 0, got 0"],
    [{ mounts: { a: { ...rw('p'), schema: 'none' } } }, `Mount 'a' names an unknown schema "none"`],
    [{ mounts: { a: { ...rw('p'), schema: {} } } }, "Mount 'a' has an empty schema"],
    [{ mounts: { a: { ...rw('p'), schema: { k: 'date' as any } } } }, `Mount 'a': key "k" has an unknown type "date"`],
    [
      { mounts: { a: { ...rw('p'), schema: { k: { type: 'string', default: 1 } } } } },
      'key "k" expects string, got number',
    ],
    [{ mounts: { a: rw('p'), b: rw('pq') } }, 'Mount prefix overlap detected: "a" (p) and "b" (pq)'],
    [{ mounts: { a: rw('same'), b: rw('same') } }, 'Mount prefix overlap detected: "a" (same) and "b" (same)'],
    [{ mounts: { a: rw('x'), b: rw('') } }, 'Mount prefix overlap detected: "a" (x) and "b" ()'],
    [{ maxStoreSize: -1 }, 'maxStoreSize must be a whole number above 0, got -1'],
    [{ writePolicy: 'never' as any }, 'writePolicy must be "dispose" or "immediate", got "never"'],
  ]
  for (const [options, message] of refused) {
    expect(() => createKvExtension({ store: server, mounts: { a: rw('p') }, ...options }), message).toThrow(
      expect.objectContaining({ name: 'KvError', message }),
    )
  }
})

it('lists mounts, schemas and functions', async () => {
  const kv = createKvExtension({
    store: server,
    schemas: { user: { name: { type: 'string', description: 'the name' }, age: 'integer' } },
    mounts: {
      user: { mode: 'read-write', prefix: 'user:', schema: 'user', maxEntries: 5, ttl: 1.5 },
      notes: { mode: 'read', prefix: 'notes:' },
    },
  })
  expect(await kv.mounts()).toEqual([
    {
      name: 'user',
      mode: 'read-write',
      schema: 'declared',
      maxEntries: 5,
      maxValueSize: 102400,
      prefix: 'user:',
      ttl: 1.5,
    },
    {
      name: 'notes',
      mode: 'read',
      schema: 'open',
      maxEntries: 10000,
      maxValueSize: 102400,
      prefix: 'notes:',
      ttl: null,
    },
  ])
  expect(await kv.schema('user')).toEqual([
    { key: 'name', type: 'string', description: 'the name' },
    { key: 'age', type: 'integer', description: '' },
  ])
  expect(await kv.schema('notes')).toEqual([])
  expect(Object.keys(kv.functions)).toEqual([
    'get',
    'get_or',
    'set',
    'merge',
    'delete',
    'keys',
    'has',
    'clear',
    'getAll',
    'schema',
    'mounts',
  ])
  expect(kv.functions['get_or']).toMatchObject({
    returnType: 'any',
    params: [
      { name: 'mount', type: 'string', required: true, default: null },
      { name: 'key', type: 'string', required: true, default: null },
      { name: 'fallback', type: 'any', required: true, default: null },
    ],
  })
  for (const { description } of Object.values(kv.functions)) expect(description).toMatch(/^[A-Z].*\.$/)
  expect(await kv.functions['set'].call({ mount: 'user', key: 'name', value: 'Ann' })).toBe(null)
  expect(await kv.functions['get'].call({ key: 'name', mount: 'user' })).toBe('Ann')
  expect(await kv.functions['mounts'].call()).toHaveLength(2)
  await expect(kv.functions['get'].call({ mount: 'user' })).rejects.toThrow('get needs the argument "key"')
  await expect(kv.functions['get'].call({ mount: 'user', key: 'name', x: 1 })).rejects.toThrow(
    'get has no parameter "x"',
  )
  await expect(kv.functions['get'].call({ mount: 'user', key: 1 })).rejects.toThrow('key must be a string, got number')
  await expect(kv.get('notes', '\ud800')).rejects.toThrow('key must be a well-formed string')
  await kv.dispose()
})

it('hides its ledgers, even from a mount of everything', async () => {
  const own = await createServer()
  const kv = createKvExtension({ store: own, mounts: { all: rw('') }, writePolicy: 'immediate' })
  await kv.set('all', 'k', 1)
  expect(await kv.keys('all')).toEqual(['k'])
  await expect(kv.get('all', 'keyper:kv:ledger:')).rejects.toThrow('key "keyper:kv:ledger:" is reserved')
  await kv.dispose()
  expect(own.command('GET', 'k')).toBe('1')
  await own.close()
})

describe.each(Object.keys(LIBRARIES) as LibraryName[])('with %s', (name) => {
  it('connects by url when it is first needed', async () => {
    const url = `redis://127.0.0.1:${server.port}/3`
    const make = () => createKvExtension({ url, ...LIBRARIES[name], mounts: { m: rw(`${name}:`) } })
    const kv = make()
    await kv.set('m', 'k', [name])
    await kv.merge('m', 'd', { a: 1 })
    expect(await kv.dispose()).toEqual({ written: 2, pending: 0, error: null })
    const again = make()
    expect(await again.getAll('m')).toEqual({ k: [name], d: { a: 1 } })
    await again.dispose()
    expect(await make().dispose()).toEqual({ written: 0, pending: 0, error: null })
  })

  it('says why it cannot connect, and tries again', async () => {
    const gone = await listeningKeyper()
    const { port } = gone
    const make = () =>
      createKvExtension({ url: `redis://127.0.0.1:${port}`, ...LIBRARIES[name], mounts: { m: rw('m:') } })
    const kv = make()
    await kv.set('m', 'k', 1)
    await gone.close()
    const orphan = make()
    await expect(orphan.get('m', 'k')).rejects.toThrow(`Cannot connect to 127.0.0.1:${port}`)
    const report = await kv.dispose()
    expect(report).toMatchObject({ written: 0, pending: 1 })
    expect(report.error).toBeInstanceOf(Error)
    const back = await createServer({ directives: { bind: '127.0.0.1', port: String(port) } })
    expect(await kv.dispose()).toEqual({ written: 1, pending: 0, error: null })
    expect(await orphan.get('m', 'k')).toBe(1)
    await orphan.dispose()
    await back.close()
  })
})
