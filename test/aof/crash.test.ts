/** The built executable killed under load, again and again: with `always` no acknowledged write is lost. */
import { randomInt } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { type KeyperProcess, startKeyperProcess } from '../support/keyper-process.ts'
import type { RawClient } from '../support/raw-client.ts'
import { newFolder } from './support.ts'

const ROUNDS = process.env['KEYPER_SOAK'] === '1' ? 200 : 20
const CLIENTS = 8

interface Writer {
  readonly id: number
  sent: number
  acknowledged: number
}

/** Counts up, in pipelines and in transactions of two keys, until the connection ends. */
async function write(client: RawClient, writer: Writer): Promise<void> {
  try {
    for (;;) {
      const n = 1 + randomInt(20)
      const from = writer.sent
      writer.sent += n
      const replies = client.pipeline(
        [...Array(n)].flatMap((_, i) => [
          ['MULTI'],
          ['SET', `last:${writer.id}`, from + i + 1],
          ['RPUSH', `list:${writer.id}`, from + i + 1],
          ['EXEC'],
        ]),
      )
      for (const reply of await replies) if (Array.isArray(reply)) writer.acknowledged++
    }
  } catch {
    // Killed.
  }
}

let running: KeyperProcess | null = null
afterAll(() => running?.stop())

it(`loses nothing in ${ROUNDS} crashes`, async () => {
  const dir = newFolder()
  const writers: Writer[] = [...Array(CLIENTS).keys()].map((id) => ({ id, sent: 0, acknowledged: 0 }))
  const args = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--auto-aof-rewrite-min-size', '100kb']
  let total = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const server = await startKeyperProcess({ dir, args })
    running = server
    const client = await server.client()
    for (const writer of writers) {
      const last = Number((await client.command('GET', `last:${writer.id}`)) ?? 0)
      const list = ((await client.command('LRANGE', `list:${writer.id}`, 0, -1)) as string[]).map(Number)
      expect(last, `round ${round}`).toBeGreaterThanOrEqual(writer.acknowledged)
      expect(last).toBeLessThanOrEqual(writer.sent)
      // Transactions are there whole, in order, once.
      expect(list).toEqual([...Array(last).keys()].map((n) => n + 1))
      total += last
      // Deleting is acknowledged too: the next round begins with nothing.
      await client.command('DEL', `last:${writer.id}`, `list:${writer.id}`)
      writer.sent = 0
      writer.acknowledged = 0
    }
    if (round === ROUNDS) break
    const enough = 50 + randomInt(1500)
    const rewriteAt = randomInt(1500)
    let rewriting = false
    const work = writers.map(async (writer) => write(await server.client(), writer))
    const acknowledged = () => writers.reduce((sum, writer) => sum + writer.acknowledged, 0)
    while (acknowledged() < enough) {
      if (!rewriting && acknowledged() >= rewriteAt) {
        rewriting = true
        await client.command('BGREWRITEAOF')
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    await server.end('SIGKILL')
    await Promise.all(work)
  }
  expect(total).toBeGreaterThan(ROUNDS)
  await running?.stop()
  rmSync(dir, { recursive: true, force: true })
})
