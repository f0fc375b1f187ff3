/**
 * BullMQ as its users use it. All of its work happens in some fifty Lua scripts on the server, and each change they
 * make is watched by the mirrors: what a script did must also hold on a replica and in a dump.
 */
import { once } from 'node:events'
import { FlowProducer, type Job, Queue, QueueEvents, type QueueEventsListener, Worker } from 'bullmq'
import { Redis } from 'ioredis6'
import { createClient } from 'redis6'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer
let opened: { close(): Promise<unknown> }[] = []
let errors: Error[] = []
let queues = 0

beforeAll(async () => {
  server = await startKeyper({ clock: 'system' })
})
afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()))
  opened = []
  expect(errors).toEqual([])
  errors = []
  await server.reset()
})
afterAll(() => server?.close())

interface Watched {
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<unknown>
}

/** Closes it after the test, which fails when it reports an error. */
function watch<T extends Watched>(each: T): T {
  each.on('error', (error) => errors.push(error))
  opened.push(each)
  return each
}

const connection = () => ({ host: '127.0.0.1', port: server.port })
const newQueue = (options: object = {}) =>
  watch(new Queue(`queue-${++queues}`, { connection: connection(), ...options }))
const work = (queue: { name: string }, processor: (job: Job, token?: string) => Promise<unknown>, options = {}) =>
  watch(new Worker(queue.name, processor, { connection: connection(), ...options }))
/** From the first event on, whenever the connection stands. */
const listen = (queue: { name: string }) =>
  watch(new QueueEvents(queue.name, { connection: connection(), lastEventId: '0-0' }))

/** Resolves when the worker has completed `count` jobs. */
function completed(worker: Worker, count: number): Promise<Job[]> {
  return new Promise((resolve) => {
    const jobs: Job[] = []
    worker.on('completed', (job) => {
      jobs.push(job)
      if (jobs.length === count) resolve(jobs)
    })
  })
}

describe('BullMQ', () => {
  it('does 2,000 jobs at concurrency 50, each once', async () => {
    const count = 2000
    const queue = newQueue()
    const runs = new Map<number, number>()
    const worker = work(
      queue,
      async ({ data }) => {
        runs.set(data.i, (runs.get(data.i) ?? 0) + 1)
        return data.i + 1
      },
      { concurrency: 50 },
    )
    const done = completed(worker, count)
    await queue.addBulk(Array.from({ length: count }, (_, i) => ({ name: 'next', data: { i } })))
    const jobs = await done
    expect(runs.size).toBe(count)
    expect([...runs.values()].every((times) => times === 1)).toBe(true)
    expect(jobs.every((job) => job.returnvalue === job.data.i + 1)).toBe(true)
    expect(await queue.getJobCountByTypes('completed')).toBe(count)
    expect(await queue.getJobCountByTypes('wait', 'active', 'failed', 'delayed')).toBe(0)
    expect(await queue.getWorkersCount()).toBe(1)
  })

  it('shares the jobs between workers', async () => {
    const queue = newQueue()
    const doneBy = new Map<string, string>()
    const busy = (name: string) => async (job: Job) => {
      expect(doneBy.has(job.id!)).toBe(false)
      doneBy.set(job.id!, name)
      await job.updateProgress(50)
    }
    const workers = ['a', 'b', 'c'].map((name) => work(queue, busy(name), { concurrency: 5 }))
    const events = listen(queue)
    const drained = once(events, 'drained')
    await queue.addBulk(Array.from({ length: 300 }, (_, i) => ({ name: 'n', data: i })))
    await drained
    await Promise.all(workers.map((worker) => worker.close()))
    expect(doneBy.size).toBe(300)
    expect(new Set(doneBy.values())).toEqual(new Set(['a', 'b', 'c']))
    expect(await queue.getCompletedCount()).toBe(300)
  })

  it('runs a flow from its leaves to its root', async () => {
    const queue = newQueue()
    const producer = watch(new FlowProducer({ connection: connection() }))
    const order: string[] = []
    const worker = work(queue, async (job) => {
      order.push(job.name)
      const below = Object.values(await job.getChildrenValues<number>())
      return below.reduce((sum, value) => sum + value, job.data.value)
    })
    const done = completed(worker, 5)
    const leaf = (name: string, value: number) => ({ name, queueName: queue.name, data: { value } })
    const tree = await producer.add({
      ...leaf('root', 1),
      children: [leaf('left', 10), { ...leaf('right', 100), children: [leaf('under', 1000), leaf('under', 10_000)] }],
    })
    expect(await tree.job.getState()).toBe('waiting-children')
    const jobs = await done
    expect(jobs.at(-1)!.name).toBe('root')
    expect(jobs.at(-1)!.returnvalue).toBe(11_111)
    expect(order.indexOf('right')).toBeGreaterThan(order.lastIndexOf('under'))
    expect(await tree.job.getState()).toBe('completed')
    expect(await tree.job.getDependenciesCount()).toMatchObject({ processed: 2, unprocessed: 0 })
  })

  it('fails a parent with its child when told to', async () => {
    const queue = newQueue()
    const producer = watch(new FlowProducer({ connection: connection() }))
    const events = listen(queue)
    const failures = new Promise<string[]>((resolve) => {
      const reasons: string[] = []
      events.on('failed', ({ failedReason }) => {
        if (reasons.push(failedReason) === 2) resolve(reasons)
      })
    })
    work(queue, async () => {
      throw new Error('no luck')
    })
    const tree = await producer.add({
      name: 'parent',
      queueName: queue.name,
      children: [{ name: 'child', queueName: queue.name, opts: { failParentOnFailure: true } }],
    })
    const [child, parent] = await failures
    expect(child).toBe('no luck')
    expect(parent).toContain('failed')
    expect(await tree.job.getState()).toBe('failed')
  })

  it('repeats by schedulers', async () => {
    const queue = newQueue()
    const worker = work(queue, async (job) => job.data.n)
    const done = completed(worker, 3)
    await queue.upsertJobScheduler('often', { every: 40, limit: 3 }, { name: 'tick', data: { n: 7 } })
    await queue.upsertJobScheduler('yearly', { pattern: '0 0 1 1 *', tz: 'UTC' }, { name: 'newYear' })
    expect(await queue.getJobSchedulersCount()).toBe(2)
    expect(await queue.getJobScheduler('yearly')).toMatchObject({ name: 'newYear', pattern: '0 0 1 1 *' })
    const jobs = await done
    expect(jobs.map((job) => [job.name, job.returnvalue])).toEqual(Array(3).fill(['tick', 7]))
    expect(new Set(jobs.map((job) => job.id)).size).toBe(3)
    expect(await queue.removeJobScheduler('yearly')).toBe(true)
    expect(await queue.getDelayedCount()).toBe(0)
  })

  it('keeps to a rate', async () => {
    const queue = newQueue()
    const started: number[] = []
    const worker = work(queue, async () => started.push(performance.now()), {
      concurrency: 10,
      limiter: { max: 2, duration: 100 },
    })
    const done = completed(worker, 6)
    await queue.addBulk(Array.from({ length: 6 }, (_, i) => ({ name: 'n', data: i })))
    await done
    // Two at once, and two windows to wait for; never faster, however slow the machine.
    expect(started[5]! - started[0]!).toBeGreaterThan(150)
    expect(await queue.getCompletedCount()).toBe(6)
  })

  it('tells what happens', async () => {
    const queue = newQueue()
    const events = listen(queue)
    const seen: string[] = []
    const names = ['added', 'waiting', 'active', 'progress', 'completed', 'failed', 'delayed', 'retries-exhausted']
    for (const name of names) {
      events.on(name as keyof QueueEventsListener, (event: object) => {
        seen.push(`${name} ${(event as { jobId: string }).jobId}`)
      })
    }
    const drained = once(events, 'drained')
    const exhausted = once(events, 'retries-exhausted')
    work(queue, async (job) => {
      await job.updateProgress({ half: true })
      await job.log('on it')
      if (job.name === 'bad') throw new Error('not today')
      return { fine: 'été €' }
    })
    const good = await queue.add('good', { text: 'naïve ☃' }, { jobId: 'g' })
    expect(await good.waitUntilFinished(events)).toEqual({ fine: 'été €' })
    const bad = await queue.add('bad', {}, { jobId: 'b', attempts: 2, backoff: { type: 'fixed', delay: 10 } })
    await expect(bad.waitUntilFinished(events)).rejects.toThrow('not today')
    await Promise.all([drained, exhausted])
    expect(seen.filter((event) => event.endsWith(' g'))).toEqual([
      'added g',
      'waiting g',
      'active g',
      'progress g',
      'completed g',
    ])
    expect(seen.filter((event) => event === 'active b')).toHaveLength(2)
    expect(seen).toEqual(expect.arrayContaining(['delayed b', 'failed b', 'retries-exhausted b']))
    const stored = (await queue.getJob('g'))!
    expect(stored.data).toEqual({ text: 'naïve ☃' })
    expect(stored.progress).toEqual({ half: true })
    expect(await queue.getJobLogs('b')).toEqual({ logs: ['on it', 'on it'], count: 2 })
    expect((await queue.getJob('b'))!.failedReason).toBe('not today')
    expect(await queue.getJobCounts('completed', 'failed')).toEqual({ completed: 1, failed: 1 })
  })

  it('orders by priority, waits for delays, and starts when resumed', async () => {
    const queue = newQueue()
    await queue.pause()
    await queue.add('low', 0, { priority: 10 })
    await queue.add('plain', 0)
    await queue.add('high', 0, { priority: 1 })
    await queue.add('first', 0, { lifo: true })
    await queue.add('later', 0, { delay: 50 })
    const never = await queue.add('never', 0, { delay: 3_600_000 })
    const raised = await queue.add('raised', 0, { priority: 500 })
    await raised.changePriority({ priority: 2 })
    expect(await queue.getCountsPerPriority([0, 1, 2, 10])).toMatchObject({ 1: 1, 2: 1, 10: 1 })
    const order: string[] = []
    const worker = work(queue, async (job) => order.push(job.name))
    const done = completed(worker, 6)
    await worker.waitUntilReady()
    expect(await queue.isPaused()).toBe(true)
    await queue.resume()
    await done
    expect(order.filter((name) => name !== 'later')).toEqual(['first', 'plain', 'high', 'raised', 'low'])
    expect(order).toContain('later')
    const promoted = completed(worker, 1)
    await never.promote()
    expect((await promoted)[0]!.name).toBe('never')
  })

  it('deduplicates, retries, cleans and forgets', async () => {
    const queue = newQueue()
    const first = await queue.add('once', 1, { deduplication: { id: 'same' } })
    const second = await queue.add('once', 2, { deduplication: { id: 'same' } })
    expect(second.id).toBe(first.id)
    expect(await queue.getDeduplicationJobId('same')).toBe(first.id)
    const gone = await queue.add('gone', 0)
    await gone.remove()
    let fail = true
    const worker = work(queue, async () => {
      if (fail) throw new Error('down')
    })
    await once(worker, 'failed')
    fail = false
    const done = completed(worker, 1)
    await queue.retryJobs()
    await done
    await queue.add('rest', 0, { delay: 3_600_000 })
    expect(await queue.getJobCounts('completed', 'failed', 'delayed')).toEqual({ completed: 1, failed: 0, delayed: 1 })
    expect(await queue.clean(0, 10, 'completed')).toEqual([first.id])
    await queue.drain(true)
    expect(await queue.getJobCountByTypes('completed', 'failed', 'delayed', 'wait')).toBe(0)
    await worker.close()
    await queue.obliterate()
    expect(await server.run(`KEYS bull:${queue.name}:*`)).toEqual([])
  })

  it('takes over the job of a worker that died', async () => {
    const queue = newQueue()
    const events = listen(queue)
    const stalled = once(events, 'stalled')
    const stuck = new Worker(queue.name, () => new Promise(() => {}), {
      connection: connection(),
      lockDuration: 50,
      skipLockRenewal: true,
      skipStalledCheck: true,
    })
    const active = once(stuck, 'active')
    const job = await queue.add('heavy', 0)
    await active
    await stuck.close(true)
    const other = work(queue, async () => 'saved', { stalledInterval: 60 })
    await completed(other, 1)
    expect((await stalled)[0]).toEqual({ jobId: job.id })
    expect((await queue.getJob(job.id!))!.returnvalue).toBe('saved')
  })

  it.each(['ioredis 6', 'node-redis 6'])('runs with RESP3 over %s', async (name) => {
    const client =
      name === 'ioredis 6'
        ? new Redis({ port: server.port, protocol: 3, maxRetriesPerRequest: null })
        : createClient({ socket: { port: server.port }, RESP: 3 })
    client.on('error', (error: Error) => errors.push(error))
    if (!(client instanceof Redis)) await client.connect()
    const own = { connection: client as never }
    const queue = newQueue(own)
    const worker = work(queue, async (job) => job.data + 1, { ...own, concurrency: 10 })
    const done = completed(worker, 100)
    await queue.addBulk(Array.from({ length: 100 }, (_, i) => ({ name: 'n', data: i })))
    const jobs = await done
    expect(jobs.map((job) => job.returnvalue).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
    // Theirs closed first: a client in use is not closed by BullMQ.
    await Promise.all(opened.map((each) => each.close()))
    opened = []
    await client.quit()
  })
})
