/** Sessions over every back end, their time-outs by a clock in hand, and express-session itself. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryStore, type ListableStore, NotFoundError } from '../../src/kvs/index.ts'
import { createExpressSessionStore, createSessionStore, SessionTooLargeError } from '../../src/kvs/session.ts'
import { ManualClock } from '../../src/util/clock.ts'
import { describeBackends, type TestBackend } from './backends.ts'

interface Data {
  n: number
}

const times = <T>(n: number, call: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => call(i)))

await describeBackends('sessions', (start) => {
  let backend: TestBackend
  let store: ListableStore
  let other: ListableStore
  beforeAll(async () => {
    backend = await start()
    store = await backend.open('app:')
    other = await backend.open('app:')
  })
  afterAll(async () => {
    await other?.close()
    await store?.close()
    await backend?.stop()
  })

  it('begin, change, and end', async () => {
    const sessions = createSessionStore<Data>({ store })
    const { id, createdAt } = await sessions.create({ n: 1 })
    expect(id).toMatch(/^[\w-]{43}$/)
    expect(await sessions.get(id)).toEqual({ id, userId: null, data: { n: 1 }, createdAt })
    await sessions.set(id, { n: 2 })
    await sessions.touch(id)
    expect(await sessions.get(id)).toEqual({ id, userId: null, data: { n: 2 }, createdAt })
    await sessions.destroy(id)
    await sessions.destroy(id)
    await expect(sessions.get(id)).rejects.toThrow(NotFoundError)
    await expect(sessions.set(id, { n: 3 })).rejects.toThrow(NotFoundError)
    await expect(sessions.touch(id)).rejects.toThrow(NotFoundError)
    await expect(sessions.rotate(id)).rejects.toThrow(NotFoundError)
  })

  it('have a greatest size', async () => {
    const sessions = createSessionStore<string>({ store, maxSize: 10 })
    const { id } = await sessions.create('12345678')
    await expect(sessions.create('123456789')).rejects.toThrow(SessionTooLargeError)
    await expect(sessions.set(id, 'éééé+')).rejects.toThrow('would have 11 bytes, more than the 10')
    expect((await sessions.get(id)).data).toBe('12345678')
  })

  it('are known by their user, and the oldest gives way', async () => {
    const sessions = createSessionStore<Data>({ store, maxSessionsPerUser: 2 })
    const first = await sessions.create({ n: 1 }, { userId: 'ann' })
    const second = await sessions.create({ n: 2 }, { userId: 'ann' })
    await sessions.create({ n: 9 }, { userId: 'bob' })
    const third = await sessions.create({ n: 3 }, { userId: 'ann' })
    await expect(sessions.get(first.id)).rejects.toThrow(NotFoundError)
    expect((await sessions.listUser('ann')).map(({ id }) => id)).toEqual([second.id, third.id])
    await sessions.destroy(second.id)
    expect((await sessions.listUser('ann')).map(({ data }) => data.n)).toEqual([3])
    expect(await sessions.destroyUser('ann')).toBe(1)
    expect(await sessions.listUser('ann')).toEqual([])
    expect(await sessions.listUser('bob')).toHaveLength(1)
    expect(await sessions.destroyUser('nobody')).toBe(0)
  })

  it('stay within the limit when many log in at once', async () => {
    const stores = [store, other].map((each) => createSessionStore<Data>({ store: each, maxSessionsPerUser: 3 }))
    const created = await times(12, (n) => stores[n % 2].create({ n }, { userId: 'crowd' }))
    const listed = await stores[0].listUser('crowd')
    expect(listed).toHaveLength(3)
    const alive = await Promise.allSettled(created.map(({ id }) => stores[0].get(id)))
    expect(alive.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('move to a new id once', async () => {
    const sessions = createSessionStore<Data>({ store })
    const old = await sessions.create({ n: 1 })
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => sessions.rotate(old.id, { userId: 'rotating' })))
    const moved = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value)
    expect(moved).toHaveLength(1)
    expect(moved[0]).toMatchObject({ userId: 'rotating', data: { n: 1 }, createdAt: old.createdAt })
    expect(moved[0].id).not.toBe(old.id)
    await expect(sessions.get(old.id)).rejects.toThrow(NotFoundError)
    expect((await sessions.listUser('rotating')).map(({ id }) => id)).toEqual([moved[0].id])
    const again = await sessions.rotate(moved[0].id)
    expect((await sessions.listUser('rotating')).map(({ id }) => id)).toEqual([again.id])
  })

  it('change their user', async () => {
    const sessions = createSessionStore<Data>({ store, maxSessionsPerUser: 1 })
    const { id } = await sessions.create({ n: 1 }, { userId: 'before' })
    const evicted = await sessions.create({ n: 2 }, { userId: 'after' })
    await sessions.set(id, { n: 3 }, { userId: 'after' })
    expect(await sessions.listUser('before')).toEqual([])
    expect((await sessions.listUser('after')).map((session) => session.id)).toEqual([id])
    await expect(sessions.get(evicted.id)).rejects.toThrow(NotFoundError)
  })
})

describe('time-outs', () => {
  it('end sessions that are not used, and those that are too old', async () => {
    const clock = new ManualClock()
    const store = await createMemoryStore({ clock })
    const sessions = createSessionStore({ store, clock, idleTimeoutMs: 100, absoluteTimeoutMs: 250 })
    const idle = await sessions.create('idle')
    const used = await sessions.create('used')
    const short = await sessions.create('short', { idleTimeoutMs: 40 })
    clock.advance(40)
    await expect(sessions.get(short.id)).rejects.toThrow(NotFoundError)
    clock.advance(59)
    await sessions.get(used.id)
    clock.advance(1)
    await expect(sessions.get(idle.id)).rejects.toThrow(NotFoundError)
    clock.advance(98)
    await sessions.set(used.id, 'used again')
    const rotated = await sessions.rotate(used.id)
    clock.advance(51)
    await sessions.touch(rotated.id)
    clock.advance(1)
    await expect(sessions.get(rotated.id)).rejects.toThrow(NotFoundError)
    expect(await store.list('')).toEqual([])
    await store.close()
  })

  it('may be off', async () => {
    const clock = new ManualClock()
    const store = await createMemoryStore({ clock })
    const sessions = createSessionStore({ store, clock, idleTimeoutMs: 0, absoluteTimeoutMs: 0 })
    const { id } = await sessions.create('for ever', { userId: 'u' })
    clock.advance(2_000_000)
    expect((await sessions.get(id)).data).toBe('for ever')
    expect(await sessions.listUser('u')).toHaveLength(1)
    await store.close()
  })
})

describe('express-session', () => {
  it('keeps its sessions here', async () => {
    // The package has no types of its own.
    const name = 'express-session'
    const { default: session } = await import(name)
    const clock = new ManualClock()
    const store = await createMemoryStore({ clock })
    const options = { store, clock, maxSessionsPerUser: 1, idleTimeoutMs: 1000, absoluteTimeoutMs: 2500 }
    const sessionStore = createExpressSessionStore<object>(session, { ...options, userOf: (data) => data.user })
    const middleware = session({ store: sessionStore, secret: 's', resave: false, saveUninitialized: false })
    const http = createHttpServer((request: IncomingMessage & { session?: any }, response: ServerResponse) => {
      middleware(request, response, (error: unknown) => {
        const end = (value: unknown) => response.end(JSON.stringify(value ?? null))
        if (error) return end(String(error))
        const path = request.url!.slice(1)
        if (path === 'logout') return request.session.destroy(() => end('bye'))
        if (path === 'large') request.session.large = 'x'.repeat(70_000)
        if (path === 'visit') request.session.visits = (request.session.visits ?? 0) + 1
        if (path.startsWith('login-')) {
          return request.session.regenerate(() => {
            request.session.user = path.slice(6)
            end(request.session.user)
          })
        }
        return end({ user: request.session.user, visits: request.session.visits })
      })
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const ask = async (path: string, cookie = '') => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`, { headers: { cookie } })
      const set = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return { body: response.headers.get('x') ?? (await response.json()), cookie: set }
    }
    const first = await ask('visit')
    expect(first).toMatchObject({ body: { visits: 1 } })
    expect((await ask('visit', first.cookie)).body).toEqual({ visits: 2 })
    const login = await ask('login-ann', first.cookie)
    expect(login.body).toBe('ann')
    expect(login.cookie).not.toBe(first.cookie)
    expect((await ask('show', first.cookie)).body).toEqual({})
    expect((await ask('show', login.cookie)).body).toEqual({ user: 'ann' })
    const second = await ask('login-ann')
    expect((await ask('show', login.cookie)).body).toEqual({})
    expect((await ask('show', second.cookie)).body).toEqual({ user: 'ann' })
    clock.advance(900)
    expect((await ask('visit', second.cookie)).body).toEqual({ user: 'ann', visits: 1 })
    clock.advance(900)
    expect((await ask('visit', second.cookie)).body).toEqual({ user: 'ann', visits: 2 })
    clock.advance(700)
    expect((await ask('show', second.cookie)).body).toEqual({})
    const third = await ask('login-bob')
    expect((await ask('logout', third.cookie)).body).toBe('bye')
    expect((await ask('show', third.cookie)).body).toEqual({})
    await new Promise((resolve) => http.close(resolve))
    await store.close()
  })

  it('does not bring back what ended meanwhile', async () => {
    const store = await createMemoryStore()
    class Base {}
    const sessions = createExpressSessionStore({ Store: Base }, { store })
    const call = (run: (done: (error?: unknown, result?: any) => void) => void) =>
      new Promise<any>((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))))
    expect(sessions).toBeInstanceOf(Base)
    await call((done) => sessions.set('id', { cookie: { originalMaxAge: null }, n: 1 }, done))
    const loaded = await call((done) => sessions.get('id', done))
    expect(loaded).toMatchObject({ n: 1 })
    await call((done) => sessions.destroy('id', done))
    await call((done) => sessions.set('id', { ...loaded, n: 2 }, done))
    expect(await call((done) => sessions.get('id', done))).toBe(null)
    await call((done) => sessions.touch('id', loaded, done))
    const large = { cookie: {}, text: 'x'.repeat(70_000) }
    await expect(call((done) => sessions.set('large', large, done))).rejects.toThrow(SessionTooLargeError)
    await store.close()
  })
})
