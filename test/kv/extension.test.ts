/** What mounts promise, over every back end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKvExtension, KvError, type KvExtension, type KvMount, type KvOptions } from '../../src/kv/index.ts'
import type { ListableStore } from '../../src/kvs/index.ts'
import { describeBackends, type TestBackend } from '../kvs/backends.ts'

const times = <T>(n: number, call: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => call(i)))

const PROFILE = {
  name: { type: 'string', default: 'nobody', description: 'how to greet' },
  age: 'integer',
  tags: 'array',
  settings: { type: 'object', default: { theme: 'light' } },
  free: 'any',
  ratio: 'number',
  on: 'boolean',
} as const

await describeBackends('mounts', (start) => {
  let backend: TestBackend
  let store: ListableStore
  let other: ListableStore
  let made = 0
  const extensions: KvExtension[] = []
  beforeAll(async () => {
    backend = await start()
    store = await backend.open('')
    other = await backend.open('')
  })
  afterAll(async () => {
    for (const extension of extensions) await extension.dispose()
    await other?.close()
    await store?.close()
    await backend?.stop()
  })

  /** An extension with prefixes of its own; `again` makes another one on the same entries, over another connection. */
  function extension(mounts: Record<string, Omit<KvMount, 'prefix'>>, options: Partial<KvOptions> = {}) {
    const own = `t${++made}:`
    const make = (each: ListableStore, changed: Partial<KvOptions> = {}) => {
      const prefixed = Object.entries(mounts).map(([name, mount]) => [name, { prefix: `${own}${name}:`, ...mount }])
      const opened = createKvExtension({
        store: each,
        mounts: Object.fromEntries(prefixed),
        writePolicy: 'immediate',
        ...options,
        ...changed,
      })
      extensions.push(opened)
      return opened
    }
    return { kv: make(store), again: (changed?: Partial<KvOptions>) => make(other, changed), own }
  }

  for (const writePolicy of ['immediate', 'dispose'] as const) {
    describe(`with writes ${writePolicy === 'dispose' ? 'at dispose' : 'at once'}`, () => {
      it('stores any JSON in an open mount', async () => {
        const { kv } = extension({ m: { mode: 'read-write' } }, { writePolicy })
        for (const value of ['text', 'é😀', 0, -1.5, true, null, [], [1, [2]], {}, { a: { b: 'c' } }]) {
          await kv.set('m', 'k', value)
          expect(await kv.get('m', 'k')).toEqual(value)
        }
        expect(await kv.get('m', 'missing')).toBe('')
        expect(await kv.get_or('m', 'missing', [1])).toEqual([1])
        expect(await kv.getOr('m', 'k', 1)).toEqual({ a: { b: 'c' } })
        expect(await kv.has('m', 'k')).toBe(true)
        expect(await kv.has('m', 'missing')).toBe(false)
        await kv.set('m', 'a*', 1)
        await kv.set('m', '__proto__', 2)
        expect(await kv.keys('m')).toEqual(['__proto__', 'a*', 'k'])
        const all = await kv.getAll('m')
        expect(Object.entries(all)).toEqual([
          ['__proto__', 2],
          ['a*', 1],
          ['k', { a: { b: 'c' } }],
        ])
        expect(await kv.delete('m', 'k')).toBe(true)
        expect(await kv.delete('m', 'k')).toBe(false)
        expect(await kv.has('m', 'k')).toBe(false)
        await kv.clear('m')
        expect(await kv.keys('m')).toEqual([])
      })

      it('knows types and defaults in a declared mount', async () => {
        const { kv } = extension({ p: { mode: 'read-write', schema: PROFILE } }, { writePolicy })
        expect(await kv.getAll('p')).toEqual({
          name: 'nobody',
          age: 0,
          tags: [],
          settings: { theme: 'light' },
          free: null,
          ratio: 0,
          on: false,
        })
        expect(await kv.keys('p')).toEqual([])
        expect(await kv.get('p', 'name')).toBe('nobody')
        expect(await kv.get_or('p', 'name', 'fallback')).toBe('fallback')
        await kv.set('p', 'name', 'Ann')
        expect(await kv.get_or('p', 'name', 'fallback')).toBe('Ann')
        const refused: [string, any, string][] = [
          ['name', 1, 'key "name" expects string, got number'],
          ['age', 1.5, 'key "age" expects integer, got number'],
          ['age', '1', 'key "age" expects integer, got string'],
          ['tags', {}, 'key "tags" expects array, got object'],
          ['settings', [], 'key "settings" expects object, got array'],
          ['settings', null, 'key "settings" expects object, got null'],
          ['ratio', Number.NaN, 'key "ratio" expects number, got NaN'],
          ['on', 0, 'key "on" expects boolean, got number'],
          ['free', undefined, 'key "free" expects any, got undefined'],
        ]
        for (const [key, value, message] of refused) {
          await expect(kv.set('p', key, value)).rejects.toMatchObject({ name: 'KvError', code: 'WRONG_TYPE', message })
        }
        const undeclared = { code: 'UNDECLARED_KEY', message: 'key "email" not declared in schema' }
        for (const call of [
          () => kv.get('p', 'email'),
          () => kv.get_or('p', 'email', 1),
          () => kv.set('p', 'email', 1),
          () => kv.merge('p', 'email', {}),
          () => kv.delete('p', 'email'),
          () => kv.has('p', 'email'),
        ]) {
          await expect(call()).rejects.toMatchObject(undeclared)
        }
        await kv.merge('p', 'settings', { size: 2 })
        expect(await kv.get('p', 'settings')).toEqual({ theme: 'light', size: 2 })
        await kv.merge('p', 'settings', { theme: 'dark' })
        await kv.merge('p', 'free', { any: 1 })
        expect(await kv.getAll('p')).toMatchObject({ settings: { theme: 'dark', size: 2 }, free: { any: 1 } })
        expect(await kv.keys('p')).toEqual(['free', 'name', 'settings'])
        await kv.clear('p')
        expect(await kv.get('p', 'settings')).toEqual({ theme: 'light' })
        await kv.set('p', 'settings', { a: 1 })
        await kv.delete('p', 'settings')
        await kv.merge('p', 'settings', { b: 2 })
        expect(await kv.get('p', 'settings')).toEqual({ theme: 'light', b: 2 })
      })

      it('merges only what can be merged', async () => {
        const { kv } = extension({ m: { mode: 'read-write', maxValueSize: 20 } }, { writePolicy })
        await kv.merge('m', 'd', { a: 1, b: { c: 1 } })
        await kv.merge('m', 'd', { b: { d: 2 } })
        expect(await kv.get('m', 'd')).toEqual({ a: 1, b: { d: 2 } })
        await expect(kv.merge('m', 'd', { more: 123456 })).rejects.toThrow('value for "d" exceeds size limit (33 > 20)')
        await kv.set('m', 'text', 'x')
        await expect(kv.merge('m', 'text', {})).rejects.toMatchObject({
          code: 'NOT_A_DICT',
          message: 'Cannot merge into non-dict value at key "text"',
        })
        await expect(kv.merge('m', 'd', [] as any)).rejects.toThrow('key "d" expects object, got array')
        expect(await kv.get('m', 'd')).toEqual({ a: 1, b: { d: 2 } })
      })

      it('keeps the limits, and says which is exceeded', async () => {
        const limits = { m: { mode: 'read-write', maxEntries: 2, maxValueSize: 6 }, n: { mode: 'read-write' } } as const
        const { kv } = extension(limits, { writePolicy, maxStoreSize: 14 })
        await expect(kv.set('m', 'k', 'éé+')).rejects.toMatchObject({
          code: 'VALUE_TOO_LARGE',
          message: 'value for "k" exceeds size limit (7 > 6)',
        })
        await kv.set('m', 'a', '1234')
        await kv.set('m', 'b', '1234')
        await kv.set('m', 'b', '4321')
        await expect(kv.set('m', 'c', 1)).rejects.toMatchObject({
          code: 'TOO_MANY_ENTRIES',
          message: 'store exceeds entry limit (3 > 2)',
        })
        await expect(kv.merge('m', 'c', {})).rejects.toThrow('store exceeds entry limit (3 > 2)')
        await expect(kv.set('n', 'c', '12')).rejects.toMatchObject({
          code: 'STORE_TOO_LARGE',
          message: 'store exceeds size limit (16 > 14)',
        })
        await kv.set('n', 'c', 12)
        await kv.delete('m', 'a')
        await kv.set('m', 'c', 1)
        expect(await kv.keys('m')).toEqual(['b', 'c'])
        await kv.clear('m')
        await kv.set('n', 'd', '1234567890')
      })
    })
  }

  it('keeps to the modes', async () => {
    const { kv } = extension({ r: { mode: 'read' }, w: { mode: 'write' }, rw: { mode: 'read-write' } })
    const readOnly = { code: 'READ_ONLY', message: "Mount 'r' is read-only (mode: read)" }
    for (const call of [
      () => kv.set('r', 'k', 1),
      () => kv.merge('r', 'k', {}),
      () => kv.delete('r', 'k'),
      () => kv.clear('r'),
    ]) {
      await expect(call()).rejects.toMatchObject(readOnly)
    }
    const writeOnly = { code: 'WRITE_ONLY', message: "Mount 'w' is write-only (mode: write)" }
    for (const call of [
      () => kv.get('w', 'k'),
      () => kv.get_or('w', 'k', 1),
      () => kv.keys('w'),
      () => kv.has('w', 'k'),
      () => kv.getAll('w'),
    ]) {
      await expect(call()).rejects.toMatchObject(writeOnly)
    }
    await kv.set('w', 'k', { a: 1 })
    await kv.merge('w', 'k', { b: 2 })
    await expect(kv.get('x', 'k')).rejects.toMatchObject({
      code: 'MOUNT_NOT_FOUND',
      message: "Mount 'x' not found. Available mounts: r, w, rw",
    })
  })

  it('sees what others store, and names what is not JSON', async () => {
    const { kv, own } = extension({ m: { mode: 'read-write' }, d: { mode: 'read', schema: { a: 'string' } } })
    await store.set(`${own}m:foreign`, '{"a":1}', 0)
    await store.set(`${own}m:broken`, '{', 0)
    await store.set(`${own}d:undeclared`, '1', 0)
    expect(await kv.get('m', 'foreign')).toEqual({ a: 1 })
    await expect(kv.get('m', 'broken')).rejects.toMatchObject({
      code: 'CORRUPT_VALUE',
      message: 'value for "broken" is not JSON',
    })
    expect(await kv.keys('d')).toEqual([])
    expect(await kv.getAll('d')).toEqual({ a: '' })
  })

  it('lets entries expire, and counts them no more', async () => {
    const { kv } = extension({ m: { mode: 'read-write', ttl: 0.02, maxEntries: 1 } })
    await kv.set('m', 'a', 1)
    const gone = async (key: string) => {
      while (await kv.has('m', key)) await new Promise((resolve) => setImmediate(resolve))
    }
    await gone('a')
    await kv.set('m', 'b', 2)
    await gone('b')
    await kv.merge('m', 'c', { n: 1 })
    await gone('c')
  })

  it('loses no merge of 50 at once', async () => {
    const { kv, again } = extension({ m: { mode: 'read-write' } })
    const both = [kv, again()]
    await times(50, (i) => both[i % 2].merge('m', 'shared', { [`k${i}`]: i }))
    expect(Object.keys((await kv.get('m', 'shared')) as object)).toHaveLength(50)
  })

  it('lets in no more than the limit when many write at once', async () => {
    const { kv, again } = extension({ m: { mode: 'read-write', maxEntries: 10 } })
    const both = [kv, again()]
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => both[i % 2].set('m', `k${i}`, i)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect(await kv.keys('m')).toHaveLength(10)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason.message).toMatch(/^store exceeds entry limit \(11 > 10\)$/)
    }
  })

  it('holds writes back until dispose', async () => {
    const { kv, again, own } = extension({ m: { mode: 'read-write' } }, { writePolicy: 'dispose' })
    const outside = again({ writePolicy: 'immediate' })
    await outside.set('m', 'merged', { theirs: 0 })
    await outside.set('m', 'deleted', 1)
    await kv.set('m', 'set', 1)
    await kv.merge('m', 'merged', { ours: 1 })
    await kv.merge('m', 'merged', { more: 2 })
    await kv.delete('m', 'deleted')
    expect(await kv.getAll('m')).toEqual({ set: 1, merged: { theirs: 0, ours: 1, more: 2 } })
    expect(await outside.getAll('m')).toEqual({ merged: { theirs: 0 }, deleted: 1 })
    await outside.merge('m', 'merged', { theirs: 3 })
    void kv.set('m', 'last', true)
    const reports = await Promise.all([kv.dispose(), kv.dispose()])
    expect(reports[0]).toEqual({ written: 4, pending: 0, error: null })
    expect(await outside.getAll('m')).toEqual({ set: 1, last: true, merged: { theirs: 3, ours: 1, more: 2 } })
    expect(await kv.dispose()).toEqual({ written: 0, pending: 0, error: null })
    await expect(kv.get('m', 'set')).rejects.toMatchObject({ code: 'DISPOSED' })
    await expect(kv.functions['get'].call({ mount: 'm', key: 'set' })).rejects.toBeInstanceOf(KvError)
    expect((await store.list(own)).length).toBe(3)
  })

  it('loses nothing when the flush fails', async () => {
    const { kv, again } = extension({ m: { mode: 'read-write', maxEntries: 2 } }, { writePolicy: 'dispose' })
    const outside = again({ writePolicy: 'immediate' })
    await kv.set('m', 'a', 1)
    await kv.set('m', 'b', 2)
    await outside.set('m', 'c', 3)
    const failed = await kv.dispose()
    expect(failed).toMatchObject({ written: 0, pending: 2, error: { code: 'TOO_MANY_ENTRIES' } })
    expect(await outside.getAll('m')).toEqual({ c: 3 })
    await outside.delete('m', 'c')
    expect(await kv.dispose()).toEqual({ written: 2, pending: 0, error: null })
    expect(await outside.getAll('m')).toEqual({ a: 1, b: 2 })
  })
})
