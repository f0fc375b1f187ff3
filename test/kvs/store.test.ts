/** What every store promises, over every back end. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ClosedError, type ListableStore, NotFoundError } from '../../src/kvs/index.ts'
import { describeBackends, type TestBackend } from './backends.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const text = (value: Uint8Array) => Buffer.from(value).toString('utf8')

/** Resolves once nothing is left under the key. */
async function gone(store: ListableStore, key: string): Promise<void> {
  for (;;) {
    try {
      await store.get(key)
    } catch (error) {
      expect(error).toBeInstanceOf(NotFoundError)
      return
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

await describeBackends('store', (start) => {
  let backend: TestBackend
  let store: ListableStore
  beforeAll(async () => {
    backend = await start()
    store = await backend.open('app:')
  })
  afterAll(async () => {
    await store?.close()
    await backend?.stop()
  })

  it('gives back the bytes it was given', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    await store.set('bytes', all, 0)
    expect(Buffer.from(await store.get('bytes')).equals(all)).toBe(true)
    await store.set('empty', new Uint8Array(), 0)
    expect(await store.get('empty')).toHaveLength(0)
    const part = new Uint8Array(all.buffer, 10, 3)
    await store.set('part', part, 0)
    expect([...(await store.get('part'))]).toEqual([10, 11, 12])
    const large = Buffer.alloc(1 << 20, 'large')
    await store.set('large', large, 0)
    expect(large.equals(await store.get('large'))).toBe(true)
  })

  it('keeps strings as UTF-8, and keys of any text', async () => {
    for (const key of ['', 'ключ', '😀', 'a*b?[c]\\', '\u0000', 'line\r\nbreak', '__proto__']) {
      await store.set(key, `value of ${key} ü`, 0)
      expect(text(await store.get(key))).toBe(`value of ${key} ü`)
      await store.delete(key)
    }
    await expect(store.set('\ud800', 'x', 0)).rejects.toThrow(TypeError)
    await expect(store.get(1 as unknown as string)).rejects.toThrow(TypeError)
    await expect(store.set('k', 1 as unknown as string, 0)).rejects.toThrow(TypeError)
  })

  it('says when there is nothing', async () => {
    const missing = store.get('missing')
    await expect(missing).rejects.toThrow(NotFoundError)
    await expect(missing).rejects.toMatchObject({ key: 'missing' })
    await store.delete('missing')
  })

  it('deletes', async () => {
    await store.set('short', 'x', 0)
    await store.delete('short')
    await expect(store.get('short')).rejects.toThrow(NotFoundError)
  })

  it('lets values expire', async () => {
    await store.set('fleeting', 'x', 20)
    await gone(store, 'fleeting')
    expect(await store.list('fleeting')).toEqual([])
  })

  it('clears an old time to live with 0, and replaces it with another', async () => {
    await store.set('kept', '1', 30)
    await store.set('kept', '2', 0)
    await store.set('renewed', '1', 30)
    await store.set('renewed', '2', 1_000_000)
    await store.set('witness', 'x', 30)
    await gone(store, 'witness')
    expect(text(await store.get('kept'))).toBe('2')
    expect(text(await store.get('renewed'))).toBe('2')
  })

  it('takes the longest time to live, and refuses what is none', async () => {
    await store.set('long', 'x', 2 ** 52)
    expect(text(await store.get('long'))).toBe('x')
    for (const ttlMs of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 52 + 1]) {
      await expect(store.set('never', 'x', ttlMs)).rejects.toThrow(RangeError)
    }
    await expect(store.get('never')).rejects.toThrow(NotFoundError)
  })

  it('lists sorted keys without its own prefix', async () => {
    const other = await backend.open('list:')
    const neighbour = await backend.open('list')
    try {
      const names = ['b', 'a', 'ab', 'a*', 'aé', 'a😀', 'a\uffff', 'A', '']
      for (const name of names) await other.set(name, 'x', 0)
      await neighbour.set('elsewhere', 'x', 0)
      expect(await other.list('')).toEqual([...names].sort())
      expect(await other.list('a')).toEqual(names.filter((name) => name.startsWith('a')).sort())
      expect(await other.list('a*')).toEqual(['a*'])
      expect(await other.list('nothing')).toEqual([])
    } finally {
      await other.close()
      await neighbour.close()
    }
  })

  it('lists more keys than one page of SCAN', async () => {
    const many = await backend.open('many:')
    try {
      const names = Array.from({ length: 2500 }, (_, i) => `k${i}`)
      await Promise.all(names.map((name) => many.set(name, 'x', 0)))
      expect(await many.list('k')).toEqual([...names].sort())
    } finally {
      await many.close()
    }
  })

  it('ends calls whose signal aborts', async () => {
    const reason = new Error('enough')
    const aborted = AbortSignal.abort(reason)
    for (const call of [
      () => store.get('bytes', { signal: aborted }),
      () => store.set('aborted', 'x', 0, { signal: aborted }),
      () => store.delete('bytes', { signal: aborted }),
      () => store.list('', { signal: aborted }),
    ]) {
      await expect(call()).rejects.toBe(reason)
    }
    const controller = new AbortController()
    const listing = store.list('', { signal: controller.signal })
    controller.abort(reason)
    await expect(listing).rejects.toBe(reason)
    const unused = new AbortController()
    await store.set('used', 'x', 0, { signal: unused.signal })
    expect(text(await store.get('used', { signal: unused.signal }))).toBe('x')
  })

  it('closes once and for all', async () => {
    const closing = await backend.open('closing:')
    await closing.set('k', bytes('x'), 0)
    await Promise.all([closing.close(), closing.close()])
    await closing.close()
    await expect(closing.get('k')).rejects.toThrow(ClosedError)
    await expect(closing.set('k', 'x', 0)).rejects.toThrow(ClosedError)
    await expect(closing.delete('k')).rejects.toThrow(ClosedError)
    await expect(closing.list('')).rejects.toThrow(ClosedError)
  })
})
