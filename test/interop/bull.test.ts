/** Bull, which came before BullMQ and is still everywhere, as its users use it. */
import { once } from 'node:events'
import Bull, { type Job, type Queue } from 'bull'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer
let opened: Queue[] = []
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

function newQueue(options: Bull.QueueOptions = {}): Queue {
  const queue = new Bull(`queue-${++queues}`, { redis: { host: '127.0.0.1', port: server.port }, ...options })
  queue.on('error', (error) => errors.push(error))
  opened.push(queue)
  return queue
}

/** Resolves when `count` jobs of the queue are completed in this process. */
function completed(queue: Queue, count: number): Promise<Job[]> {
  return new Promise((resolve) => {
    const jobs: Job[] = []
    queue.on('completed', (job) => {
      if (jobs.push(job) === count) resolve(jobs)
    })
  })
}

describe('Bull', () => {
  it('does each job once', async () => {
    const queue = newQueue()
    const done = completed(queue, 300)
    const runs: number[] = []
    queue.process(20, async (job) => {
      runs.push(job.data.i)
      await job.progress(50)
      return { next: job.data.i + 1 }
    })
    await queue.addBulk(Array.from({ length: 300 }, (_, i) => ({ data: { i } })))
    const jobs = await done
    expect(runs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i))
    expect(jobs.every((job) => job.returnvalue.next === job.data.i + 1)).toBe(true)
    expect(await queue.getJobCounts()).toEqual({
      waiting: 0,
      active: 0,
      completed: 300,
      failed: 0,
      delayed: 0,
      paused: 0,
    })
  })

  it('orders by priority, waits for delays and retries', async () => {
    const queue = newQueue()
    await queue.pause()
    await queue.add('job', 'low', { priority: 10 })
    await queue.add('job', 'plain')
    await queue.add('job', 'high', { priority: 1 })
    await queue.add('job', 'later', { delay: 50 })
    const flaky = await queue.add('job', 'flaky', { attempts: 3, backoff: 10, lifo: true })
    const order: string[] = []
    const done = completed(queue, 5)
    queue.process('job', async (job) => {
      order.push(job.data)
      if (job.data === 'flaky' && job.attemptsMade < 2) throw new Error('not yet')
      await job.log(`${job.data} after ${job.attemptsMade}`)
    })
    await queue.resume()
    await done
    expect(order.filter((name) => name === 'flaky')).toHaveLength(3)
    expect(order.filter((name) => name !== 'flaky' && name !== 'later')).toEqual(['high', 'low', 'plain'])
    expect(order).toContain('later')
    expect(await queue.getJobLogs(flaky.id)).toEqual({ logs: ['flaky after 2'], count: 1 })
    await queue.empty()
    await queue.clean(0, 'completed')
    expect(await queue.getJobCountByTypes(['completed', 'waiting', 'delayed'])).toBe(0)
  })

  it('repeats, and tells everyone', async () => {
    const queue = newQueue()
    const ticks = new Promise<void>((resolve) => {
      let seen = 0
      queue.on('global:completed', (_, result) => {
        expect(JSON.parse(result)).toBe('tock')
        if (++seen === 3) resolve()
      })
    })
    await queue.isReady()
    queue.process('tick', async () => 'tock')
    await queue.add('tick', {}, { repeat: { every: 40, limit: 3 } })
    await ticks
    await queue.add('yearly', {}, { repeat: { cron: '0 0 1 1 *', tz: 'UTC' } })
    const [yearly] = (await queue.getRepeatableJobs()).filter((job) => job.name === 'yearly')
    expect(yearly).toMatchObject({ cron: '0 0 1 1 *', tz: 'UTC' })
    await queue.removeRepeatableByKey(yearly!.key)
    expect(await queue.getDelayedCount()).toBe(0)
  })

  it('keeps to a rate', async () => {
    const queue = newQueue({ limiter: { max: 2, duration: 100 } })
    const started: number[] = []
    const done = completed(queue, 6)
    queue.process(10, async () => started.push(performance.now()))
    await queue.addBulk(Array.from({ length: 6 }, () => ({ data: 0 })))
    await done
    // Two windows to wait for, however slow the machine.
    expect(started[5]! - started[0]!).toBeGreaterThan(150)
  })

  it('reports failures, retries them by hand and forgets', async () => {
    const queue = newQueue()
    let fail = true
    queue.process(async () => {
      if (fail) throw new Error('down')
      return 'up'
    })
    const failure = once(queue, 'failed')
    const job = await queue.add({ text: 'été €' })
    const [failed, error] = (await failure) as [Job, Error]
    expect([failed.id, failed.data, error.message]).toEqual([job.id, { text: 'été €' }, 'down'])
    expect(await job.getState()).toBe('failed')
    fail = false
    const done = completed(queue, 1)
    await failed.retry()
    await done
    expect(await job.finished()).toBe('up')
    await job.remove()
    expect(await queue.getJob(job.id)).toBeNull()
    await queue.obliterate({ force: true })
    expect(await server.run(`KEYS bull:${queue.name}:*`)).toEqual([])
  })
})
