/**
 * Where time goes: spikes by event (LATENCY HISTORY and its like), and for each command the distribution of how long
 * it took (LATENCY HISTOGRAM, INFO latencystats).
 */
import type { CommandStats } from '../spec/command.ts'

// ---- spikes

const SAMPLES_KEPT = 160

export interface LatencySample {
  readonly unixSeconds: number
  readonly ms: number
}

export interface LatencyEvent {
  /** Oldest first; at most one a second, the worst. */
  readonly samples: LatencySample[]
  /** The worst ever, even when its sample is gone. */
  maxMs: number
}

export class LatencyMonitor {
  readonly events = new Map<string, LatencyEvent>()
  /** What takes at least this long is a spike; infinite: nothing is. */
  thresholdMs = Number.POSITIVE_INFINITY

  /** Takes latency-monitor-threshold; 0: off. */
  configure(thresholdMs: number): void {
    this.thresholdMs = thresholdMs === 0 ? Number.POSITIVE_INFINITY : thresholdMs
  }

  /** Notes something that took `us` microseconds, if that is long enough. `unixMs`: now. */
  add(event: string, us: number, unixMs: number): void {
    const ms = Math.floor(us / 1000)
    if (ms < this.thresholdMs) return
    const unixSeconds = Math.floor(unixMs / 1000)
    let known = this.events.get(event)
    if (known === undefined) this.events.set(event, (known = { samples: [], maxMs: 0 }))
    const { samples } = known
    if (ms > known.maxMs) known.maxMs = ms
    const last = samples.at(-1)
    if (last?.unixSeconds === unixSeconds) {
      if (ms > last.ms) samples[samples.length - 1] = { unixSeconds, ms }
      return
    }
    samples.push({ unixSeconds, ms })
    if (samples.length > SAMPLES_KEPT) samples.shift()
  }

  /** Forgets the named events, or all; how many there were. */
  reset(names: readonly string[]): number {
    if (names.length > 0) return names.filter((name) => this.events.delete(name)).length
    const { size } = this.events
    this.events.clear()
    return size
  }
}

// ---- distributions

/**
 * A histogram counts nanoseconds on a scale that is exact below 64 and has 32 steps for each doubling beyond: no step
 * is wider than 3.2 % of its values. One increment notes a duration.
 */
const STEPS = 32
const STEP_BITS = 5
/** Longer ones count as a second. */
const LONGEST_NS = 1e9
const LENGTH = stepOf(LONGEST_NS) + 1

function stepOf(ns: number): number {
  const shift = ns < 2 * STEPS ? 0 : 31 - STEP_BITS - Math.clz32(ns)
  return shift * STEPS + (ns >>> shift)
}

/** The largest number of nanoseconds that counts in a step. */
function highestOf(step: number): number {
  if (step < 2 * STEPS) return step
  const shift = Math.floor(step / STEPS) - 1
  return (step - shift * STEPS + 1) * 2 ** shift - 1
}

/** Notes how long a command took. */
export function countDuration(stats: CommandStats, us: number): void {
  stats.histogram ??= new Float64Array(LENGTH)
  const ns = us * 1000
  stats.histogram[stepOf(ns > LONGEST_NS ? LONGEST_NS : ns)]++
}

/** How many durations a histogram holds. */
export function durationCount(histogram: Float64Array): number {
  return histogram.reduce((sum, n) => sum + n, 0)
}

/** Microseconds that `percent` of the durations do not exceed. */
export function percentileUs(histogram: Float64Array, percent: number): number {
  const wanted = Math.max(1, Math.floor((percent / 100) * durationCount(histogram) + 0.5))
  let seen = 0
  for (let step = 0; step < LENGTH; step++) {
    seen += histogram[step]
    if (seen >= wanted) return highestOf(step) / 1000
  }
  return 0
}

/**
 * How many durations were at most so long, for upper bounds that double from one microsecond on, in whole
 * microseconds. Bounds that add nothing to the one before are left out.
 */
export function cumulativeCounts(histogram: Float64Array): { us: number; count: number }[] {
  const counts: { us: number; count: number }[] = []
  const total = durationCount(histogram)
  let seen = 0
  let step = 0
  for (let bits = 10; seen < total; bits++) {
    const before = seen
    // The bounds that Redis names lie a 128th above the powers of two.
    const bound = 2 ** bits + 2 ** (bits - 7) - 1
    const end = bits >= 30 ? LENGTH : stepOf(2 ** bits)
    while (step < end) seen += histogram[step++]
    if (seen > before) counts.push({ us: Math.floor(bound / 1000), count: seen })
  }
  return counts
}
