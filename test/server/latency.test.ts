import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  countDuration,
  cumulativeCounts,
  durationCount,
  LatencyMonitor,
  percentileUs,
} from '../../src/server/latency.ts'
import { startKeyper, type TestServer } from '../support/harness.ts'

const emptyStats = () => ({ calls: 0, usec: 0, rejected: 0, failed: 0, histogram: null as Float64Array | null })

function histogramOf(durationsUs: readonly number[]): Float64Array {
  const stats = emptyStats()
  for (const us of durationsUs) countDuration(stats, us)
  return stats.histogram!
}

describe('durations', () => {
  it('give percentiles that are right to 3.2 %, and never too low', () => {
    const duration = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(duration, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 100 }),
        (all, percent) => {
          const histogram = histogramOf(all)
          const sorted = all.map((us) => Math.floor(us * 1000) / 1000).sort((a, b) => a - b)
          const exact = sorted[Math.max(1, Math.floor((percent / 100) * all.length + 0.5)) - 1]
          const found = percentileUs(histogram, percent)
          expect(durationCount(histogram)).toBe(all.length)
          expect(found).toBeGreaterThanOrEqual(exact - 1e-9)
          expect(found).toBeLessThanOrEqual(exact * 1.032 + 0.001)
        },
      ),
    )
  })

  it('are counted up to bounds that double, which Redis names so', () => {
    expect(cumulativeCounts(histogramOf([0.5, 1.5, 1.5, 30, 1e6, 5e6]))).toEqual([
      { us: 1, count: 1 },
      { us: 2, count: 3 },
      { us: 33, count: 4 },
      { us: 1082130, count: 6 },
    ])
    const each = [0.9, 1.5, 3, 6, 12, 24, 50, 100, 200, 400, 800]
    expect(cumulativeCounts(histogramOf(each)).map(({ us }) => us)).toEqual([
      1, 2, 4, 8, 16, 33, 66, 132, 264, 528, 1056,
    ])
  })
})

describe('the latency monitor', () => {
  it('keeps the worst of each second, and of the last 160', () => {
    const monitor = new LatencyMonitor()
    monitor.configure(10)
    monitor.add('command', 9_999, 1000)
    expect(monitor.events.size).toBe(0)
    for (const us of [12_000, 30_500, 20_000]) monitor.add('command', us, 1000)
    expect(monitor.events.get('command')).toEqual({ samples: [{ unixSeconds: 1, ms: 30 }], maxMs: 30 })
    for (let i = 2; i < 200; i++) monitor.add('command', 11_000, i * 1000)
    const { samples, maxMs } = monitor.events.get('command')!
    expect(samples).toHaveLength(160)
    expect(samples.at(-1)).toEqual({ unixSeconds: 199, ms: 11 })
    expect(maxMs).toBe(30)
    expect(monitor.reset(['command', 'other'])).toBe(1)
    monitor.configure(0)
    monitor.add('command', 1e9, 1000)
    expect(monitor.reset([])).toBe(0)
  })
})

describe('DEBUG PAUSE-CRON', () => {
  it('leaves undone what the server does by itself', async () => {
    const server = await startKeyper({ mirror: false, config: { timeout: '10' } })
    await server.run('DEBUG PAUSE-CRON 1')
    server.advance(30_000)
    expect(server.server.sessions.size).toBe(1)
    await server.run('DEBUG PAUSE-CRON 0')
    server.advance(30_000)
    expect(server.server.sessions.size).toBe(0)
    await server.close()
  })
})

describe('LATENCY', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startKeyper({ mirror: false, clock: 'system', config: { 'latency-monitor-threshold': '5' } })
  })
  afterEach(() => server.close())

  it('tells spikes of commands', async () => {
    await server.run('DEBUG SLEEP 0.01')
    const [[name, time, ms, max]] = (await server.run('LATENCY LATEST')) as [string, number, number, number][]
    expect(name).toBe('command')
    expect(ms).toBeGreaterThanOrEqual(10)
    expect(max).toBe(ms)
    expect(await server.run('LATENCY HISTORY command')).toEqual([[time, ms]])
    expect(await server.run('LATENCY HISTORY other')).toEqual([])
    expect(await server.run('LATENCY GRAPH command')).toContain(`command - high ${ms} ms, low ${ms} ms`)
    expect(await server.run('LATENCY DOCTOR')).toContain('1. command: 1 spike;')
    expect(await server.run('LATENCY RESET')).toBe(1)
    expect(await server.run('LATENCY LATEST')).toEqual([])
    expect(await server.run('LATENCY DOCTOR')).toContain('Nothing took 5 milliseconds')
    await server.run('CONFIG SET latency-monitor-threshold 0')
    expect(await server.run('LATENCY DOCTOR')).toContain('CONFIG SET latency-monitor-threshold 100')
  })

  it('tells how long commands took, each and by subcommand', async () => {
    await server.run('CONFIG RESETSTAT')
    for (const line of ['SET a 1', 'SET a 2', 'CLIENT ID', 'CLIENT LIST']) await server.run(line)
    const client = await server.client(3)
    type Histograms = Map<string, Map<string, number | Map<number, number>>>
    const histograms = async (...names: string[]) =>
      (await client.command('LATENCY', 'HISTOGRAM', ...names)) as unknown as Histograms
    const client2 = await histograms('client', 'nope')
    expect([...client2.keys()].sort()).toEqual(['client|id', 'client|list'])
    const set = (await histograms('SET')).get('set')!
    expect(set.get('calls')).toBe(2)
    expect([...(set.get('histogram_usec') as Map<number, number>).values()].at(-1)).toBe(2)
    expect((await histograms()).has('set')).toBe(true)
    expect(await server.run('INFO latencystats')).toMatch(
      /latency_percentiles_usec_set:p50=[\d.]+,p99=[\d.]+,p99.9=[\d.]+\r/,
    )
    await server.run('CONFIG SET latency-tracking-info-percentiles "0 50.5 100"')
    expect(await server.run('INFO latencystats')).toMatch(/_set:p0=[\d.]+,p50.5=[\d.]+,p100=[\d.]+\r/)
    expect(await server.run('INFO')).not.toContain('latencystats')
    await server.run('CONFIG SET latency-tracking no')
    await server.run('CONFIG RESETSTAT')
    await server.run('GET a')
    expect((await histograms()).size).toBe(0)
    expect(await server.run('INFO latencystats')).toBe('# Latencystats\r\n')
  })
})
