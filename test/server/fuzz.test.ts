/**
 * Seeded fuzzing over sockets, through both ways of reading them: whatever arrives, the server goes on, answers in
 * whole replies, and what it did can be repeated by a replica and stands in a dump.
 *
 * `KEYPER_SOAK=1` runs much more of it; KEYPER_FUZZ_ROUNDS=n runs n rounds, KEYPER_FUZZ_SEED=n repeats one seed.
 */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/util/random.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { ReplyDecoder } from '../support/resp-decoder.ts'
import { FuzzInput, type Script, SEED_DATA } from './fuzz-input.ts'

const SOAK = process.env['KEYPER_SOAK'] === '1'
const ROUNDS = Number(process.env['KEYPER_FUZZ_ROUNDS'] ?? (SOAK ? 2000 : 25))
const SCRIPTS_PER_ROUND = 40
/** More than this after all data is gone would be a leak. */
const MOST_GROWTH_BYTES = 60e6
const SEED = process.env['KEYPER_FUZZ_SEED']

describe.each([{ sharedBuffer: true }, { sharedBuffer: false }])(
  'fuzzing, shared read buffer: $sharedBuffer',
  (how) => {
    it('harms nothing', { timeout: 3_600_000 }, async () => {
      const first = SEED === undefined ? (how.sharedBuffer ? 1000 : 5000) : Number(SEED)
      const rounds = SEED === undefined ? ROUNDS : 1
      let heapBefore = 0
      for (let round = 0; round < rounds; round++) {
        // What is made once and kept is there after the first round.
        if (round === 1) heapBefore = collectedHeap()
        await playRound(first + round, how.sharedBuffer)
      }
      if (rounds > 1) expect(collectedHeap() - heapBefore).toBeLessThan(MOST_GROWTH_BYTES)
    })
  },
)

/** A server of its own, so that a seed alone repeats a round; exactly so where scripts do not run side by side. */
async function playRound(seed: number, sharedBuffer: boolean): Promise<void> {
  const server = await startKeyper({ sharedBuffer, seed })
  const history = recordRequests(server)
  try {
    await playScripts(server, seed)
  } catch (failure) {
    const file = join(tmpdir(), `keyper-fuzz-${seed}.txt`)
    writeFileSync(file, history.join('\n'))
    throw new Error(`seed ${seed}, requests in ${file} (session, time, words): ${(failure as Error).stack}`)
  } finally {
    await server.close({ verify: false })
  }
}

async function playScripts(server: TestServer, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const input = new FuzzInput(random, server.server.table.each())
  for (const argv of SEED_DATA) await server.call(...argv)
  for (const key of new Set(SEED_DATA.map(([, name]) => name))) {
    const payload = await server.call('DUMP', key)
    if (typeof payload === 'string') input.dumps.push(Buffer.from(payload, 'latin1'))
  }
  const atOnce = seed % 2 === 0 ? 1 : 4
  for (let n = 0; n < SCRIPTS_PER_ROUND; n += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => play(server, input.script())))
    if (random.int(5) === 0) server.advance(random.int(2000))
    expect(server.log.filter((line) => /unexpected exception/i.test(line))).toEqual([])
  }
  expect(server.server.stats.unexpectedErrors).toBe(0)
  // The first connection is this test's own.
  await server.until(() => server.server.sessions.size === 1, 'all sessions to end')
  expect(server.server.blocking.suspended).toBe(0)
  expect(server.server.blocking.keyWaiters).toBe(0)
  expect(server.server.transactions.watchingSessions).toBe(0)
  expect(await server.run('PING')).toBe('PONG')
  const saved = async () => /rdb_bgsave_in_progress:0/.test(String(await server.run('INFO persistence')))
  await server.until(async () => server.store.snapshot === null && (await saved()), 'the dump to end')
  await server.verifyMirrors()
}

/** Every request as it reaches the server, for the message of a failure. */
function recordRequests({ server }: TestServer): string[] {
  const history: string[] = []
  const run = server.run.bind(server)
  server.run = (session, argv) => {
    const words = argv.map((word) => JSON.stringify(word.slice(0, 100)))
    history.push(`${session.id} ${server.store.now} ${words.join(' ')}`.slice(0, 250))
    run(session, argv)
  }
  return history
}

/** Sends a script, closes the sending side, and reads until the server closes the other. */
async function play(server: TestServer, script: Script): Promise<void> {
  const socket = connect(server.port, '127.0.0.1')
  // The server may close before it has read everything.
  socket.on('error', () => {})
  const decoder = new ReplyDecoder()
  let failure: Error | null = null
  socket.on('data', (chunk) => {
    if (!script.replies || failure !== null) return
    try {
      decoder.feed(chunk as Buffer)
      while (decoder.next() !== null);
    } catch (error) {
      const bytes = (chunk as Buffer).subarray(0, 1000).latin1Slice()
      // Noise may happen to say SYNC.
      if (!/REDIS0|FULLRESYNC/.test(bytes))
        failure = new Error(`${(error as Error).message} in ${JSON.stringify(bytes)}`)
    }
  })
  const closed = new Promise((resolve) => socket.on('close', resolve))
  await once(socket, 'connect')
  socket.setNoDelay(true)
  for (const chunk of script.chunks) {
    if (socket.destroyed || !socket.writable) break
    socket.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.end()
  await closed
  if (failure !== null) throw failure
}

function collectedHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
