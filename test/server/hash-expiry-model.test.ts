import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

interface Field {
  value: string
  deadline: number
}

const FIELDS = ['a', 'b', 'c', 'd', 'e']
const field = fc.constantFrom(...FIELDS)
const fields = fc.uniqueArray(field, { minLength: 1, maxLength: 4 })
const ms = fc.integer({ min: 0, max: 40 })
const condition = fc.constantFrom(null, 'NX', 'XX', 'GT', 'LT')

const operation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), fields, value: fc.integer() }),
  fc.record({ kind: fc.constant('setex' as const), fields, value: fc.integer(), ms }),
  fc.record({ kind: fc.constant('keep' as const), fields, value: fc.integer() }),
  fc.record({ kind: fc.constant('delete' as const), fields }),
  fc.record({ kind: fc.constant('expire' as const), fields, ms, condition }),
  fc.record({ kind: fc.constant('persist' as const), fields }),
  fc.record({ kind: fc.constant('count' as const), field }),
  fc.record({ kind: fc.constant('advance' as const), ms }),
  fc.record({ kind: fc.constant('copy' as const) }),
  fc.record({ kind: fc.constant('role' as const), mode: fc.constantFrom('remove' as const, 'hide' as const) }),
)

let server: TestServer

beforeAll(async () => {
  server = await startKeyper()
})
afterAll(() => server.close())

/** What a hash must hold, kept the simplest way. */
class Model {
  readonly fields = new Map<string, Field>()

  dropDue(now: number): void {
    for (const [name, { deadline }] of this.fields) if (deadline !== -1 && deadline <= now) this.fields.delete(name)
  }

  expire(name: string, deadline: number, now: number, condition: string | null): number {
    const old = this.fields.get(name)
    if (old === undefined) return -2
    const never = old.deadline === -1
    if (condition === 'NX' && !never) return 0
    if (condition === 'XX' && never) return 0
    if (condition === 'GT' && (never || deadline <= old.deadline)) return 0
    if (condition === 'LT' && !never && deadline >= old.deadline) return 0
    if (deadline <= now) this.fields.delete(name)
    else old.deadline = deadline
    return deadline <= now ? 2 : 1
  }
}

describe.each([
  ['small', '512'],
  ['large', '2'],
])('a %s hash with deadlines', (_, entries) => {
  it('behaves as a map whose entries vanish in time, on a replica and from a dump too', async () => {
    const run = async (...argv: (string | number)[]) => server.call(...argv)
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40 }), async (operations) => {
        await server.reset()
        await run('CONFIG', 'SET', 'hash-max-listpack-entries', entries)
        const { store } = server
        const model = new Model()
        for (const op of operations) {
          const now = server.clock.now()
          const mayWrite = store.expiryMode === 'remove'
          if (op.kind === 'advance') server.advance(op.ms)
          else if (op.kind === 'role') {
            store.expiryMode = op.mode
            store.expiry.rearm()
          } else if (mayWrite) {
            switch (op.kind) {
              case 'set':
              case 'keep':
              case 'setex': {
                const pairs = op.fields.flatMap((name) => [name, op.value])
                if (op.kind === 'set') await run('HSET', 'h', ...pairs)
                else {
                  const how = op.kind === 'keep' ? ['KEEPTTL'] : ['PX', op.ms]
                  expect(await run('HSETEX', 'h', ...how, 'FIELDS', op.fields.length, ...pairs)).toBe(1)
                }
                for (const name of op.fields) {
                  const kept = op.kind === 'keep' ? (model.fields.get(name)?.deadline ?? -1) : -1
                  const deadline = op.kind === 'setex' ? now + op.ms : kept
                  if (op.kind === 'setex' && op.ms === 0) model.fields.delete(name)
                  else model.fields.set(name, { value: String(op.value), deadline })
                }
                break
              }
              case 'delete':
                await run('HDEL', 'h', ...op.fields)
                for (const name of op.fields) model.fields.delete(name)
                break
              case 'expire': {
                const when = op.condition === null ? [] : [op.condition]
                const reply = await run('HPEXPIRE', 'h', op.ms, ...when, 'FIELDS', op.fields.length, ...op.fields)
                expect(reply).toEqual(op.fields.map((name) => model.expire(name, now + op.ms, now, op.condition)))
                break
              }
              case 'persist':
                await run('HPERSIST', 'h', 'FIELDS', op.fields.length, ...op.fields)
                for (const name of op.fields) {
                  const there = model.fields.get(name)
                  if (there !== undefined) there.deadline = -1
                }
                break
              case 'count': {
                const there = model.fields.get(op.field)
                await run('HINCRBYFLOAT', 'h', op.field, 1)
                const value = String(Number(there?.value ?? '0') + 1)
                model.fields.set(op.field, { value, deadline: there?.deadline ?? -1 })
                break
              }
              case 'copy':
                await run('COPY', 'h', 'i', 'REPLACE')
                if ((await run('EXISTS', 'i')) === 1) await run('RENAME', 'i', 'h')
            }
          }
          model.dropDue(server.clock.now())
          const found = new Map<string, Field>()
          const flat = (await run('HGETALL', 'h')) as string[]
          const deadlines = (await run('HPEXPIRETIME', 'h', 'FIELDS', FIELDS.length, ...FIELDS)) as number[]
          for (let i = 0; i < flat.length; i += 2) {
            found.set(flat[i], { value: flat[i + 1], deadline: deadlines[FIELDS.indexOf(flat[i])] })
          }
          expect(found).toEqual(model.fields)
          expect(await run('HLEN', 'h')).toBe(model.fields.size)
          expect(await run('EXISTS', 'h')).toBe(model.fields.size > 0 ? 1 : 0)
          // Exactly those that are due have left.
          if (mayWrite && store.expiryMode === 'remove') {
            const { keyspace } = store.databases[0]
            const least = Math.min(...[...model.fields.values()].map((f) => (f.deadline === -1 ? 2 ** 53 : f.deadline)))
            expect(keyspace.fieldDeadlines.peekDeadline()).toBe(least >= 2 ** 53 ? Number.POSITIVE_INFINITY : least)
          }
        }
        await server.verifyMirrors()
        store.expiryMode = 'remove'
        store.expiry.rearm()
        server.advance(0)
        await server.verifyMirrors()
      }),
      { numRuns: 150 },
    )
  })
})
