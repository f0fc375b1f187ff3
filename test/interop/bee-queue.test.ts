/** Bee-Queue, on the redis client of years ago (version 3) that it brings along. */
import { once } from 'node:events'
import BeeQueue from 'bee-queue'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer
let opened: BeeQueue[] = []
let errors: Error[] = []
let queues = 0

beforeAll(async () => {
  server = await startKeyper({ clock: 'system' })
})
afterEach(async () => {
  await Promise.all(opened.map((queue) => queue.close()))
  opened = []
  expect(errors).toEqual([])
  errors = []
  await server.reset()
})
afterAll(() => server?.close())

function newQueue(options: BeeQueue.QueueSettings = {}, name = `queue-${++queues}`): BeeQueue {
  const queue = new BeeQueue(name, { redis: { host: '127.0.0.1', port: server.port } as never, ...options })
  queue.on('error', (error) => errors.push(error))
  opened.push(queue)
  return queue
}

describe('Bee-Queue', () => {
  it('does each job once, wherever', async () => {
    const count = 300
    const maker = newQueue({ isWorker: false })
    await maker.ready()
    const workers = [newQueue({}, maker.name), newQueue({}, maker.name)]
    const runs: number[] = []
    const done = new Promise<void>((resolve) => {
      let left = count
      maker.on('job succeeded', (_, result) => {
        expect(result.next).toBeGreaterThan(0)
        if (--left === 0) resolve()
      })
    })
    for (const worker of workers) {
      worker.process(10, async ({ data }) => {
        runs.push(data.i)
        return { next: data.i + 1 }
      })
    }
    const failed = await maker.saveAll(Array.from({ length: count }, (_, i) => maker.createJob({ i })))
    expect(failed.size).toBe(0)
    await done
    expect(runs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
    expect(await maker.checkHealth()).toMatchObject({ waiting: 0, active: 0, succeeded: count, failed: 0, delayed: 0 })
  })

  it('retries, reports progress and fails', async () => {
    const queue = newQueue()
    await queue.ready()
    let attempts = 0
    queue.process(async (job) => {
      if (job.data === 'bad') throw new Error('not today')
      job.reportProgress({ page: ++attempts })
      if (attempts < 3) throw new Error('not yet')
      return 'été €'
    })
    const progress: number[] = []
    const good = queue.createJob('good').retries(5).backoff('immediate')
    good.on('progress', ({ page }) => progress.push(page))
    const succeeded = once(good, 'succeeded')
    await good.save()
    expect(await succeeded).toEqual(['été €'])
    expect(progress).toEqual([1, 2, 3])
    const bad = queue.createJob('bad')
    const failed = once(bad, 'failed')
    await bad.save()
    expect(((await failed)[0] as Error).message).toBe('not today')
    expect((await queue.getJobs('failed', { size: 10 })).map((job) => job.id)).toEqual([bad.id])
    await queue.removeJob(bad.id)
    expect(await queue.checkHealth()).toMatchObject({ succeeded: 1, failed: 0 })
  })

  it('starts delayed jobs and saves stalled ones', async () => {
    const queue = newQueue({ activateDelayedJobs: true, delayedDebounce: 1, stallInterval: 50 })
    await queue.ready()
    await server.run(`SADD bq:${queue.name}:stalling lost`)
    await server.run(`LPUSH bq:${queue.name}:active lost`)
    await server.run(`HSET bq:${queue.name}:jobs lost '{"data":"lost","options":{"timestamp":1},"status":"created"}'`)
    const done = new Promise<string[]>((resolve) => {
      const names: string[] = []
      queue.on('succeeded', (job) => {
        if (names.push(job.data) === 2) resolve(names.sort())
      })
    })
    const stalled = once(queue, 'stalled')
    queue.process(async () => {})
    await queue.checkStalledJobs()
    await queue
      .createJob('late')
      .delayUntil(Date.now() + 60)
      .save()
    expect(await done).toEqual(['late', 'lost'])
    expect(await stalled).toEqual(['lost'])
    await queue.destroy()
    expect(await server.run(`KEYS bq:${queue.name}:*`)).toEqual([])
  })
})
