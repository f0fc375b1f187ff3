/**
 * Time. Everything that asks for the time or waits does so through a `Clock` it was given; this is the only file of
 * the server that touches the platform's clocks and timers, so a test can hold all of them in its hand.
 */

export interface Timer {
  /** The function will not run any more. Harmless when it has run. */
  cancel(): void
}

export interface Clock {
  /** Unix time in whole milliseconds. May jump in either direction when somebody sets the machine's clock. */
  now(): number
  /** Microseconds since an arbitrary moment, with a fraction; never goes back. For durations only. */
  monotonicUs(): number
  /**
   * Runs `fn` once, `ms` milliseconds from now; never within this call. A delay of any length is kept. The function
   * may run a millisecond before `now()` says so: who waits for a moment looks again, and waits again.
   * Without `ref` a waiting timer does not keep the process alive.
   */
  after(ms: number, fn: () => void, options?: { ref?: boolean }): Timer
  /** Runs `fn` in the next turn of the event loop, after the input that is already there; in order of the calls. */
  soon(fn: () => void): void
}

/** The longest delay setTimeout takes; it turns a longer one into 1 ms. */
const MAX_DELAY_MS = 0x7fffffff

class SystemTimer implements Timer {
  private readonly fn: () => void
  private readonly ref: boolean
  private remainingMs: number
  private handle: NodeJS.Timeout | undefined

  constructor(ms: number, fn: () => void, ref: boolean) {
    this.fn = fn
    this.ref = ref
    this.remainingMs = ms
    this.arm()
  }

  cancel(): void {
    clearTimeout(this.handle)
  }

  private arm(): void {
    const delay = Math.min(this.remainingMs, MAX_DELAY_MS)
    this.remainingMs -= delay
    this.handle = setTimeout(() => (this.remainingMs > 0 ? this.arm() : this.fn()), delay)
    if (!this.ref) this.handle.unref()
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicUs: () => performance.now() * 1000,
  after: (ms, fn, options) => new SystemTimer(ms, fn, options?.ref === true),
  soon: (fn) => {
    setImmediate(fn)
  },
}

interface ManualTimer extends Timer {
  /** On the scale of `elapsedMs`, so that setting the clock back does not lengthen a wait. */
  readonly dueMs: number
  readonly fn: () => void
}

/**
 * A clock that stands still until it is told to move.
 *
 * - `now()` and `monotonicUs()` change only by `advance` and `set`.
 * - Timers run inside `advance` and `set`, synchronously, in order of their deadlines and, where these are equal, of
 *   their creation. While one runs, the clock shows its deadline. A timer created on the way runs too when it falls
 *   due within the same advance. `after(0, fn)` waits for the next advance, which may be `advance(0)`.
 * - `soon` does not wait for the clock: it is the real next turn of the event loop, so work cut into slices proceeds
 *   and a test awaits it as it would in production.
 * - What a timer throws comes out of `advance`; the clock then stands at that timer's deadline.
 */
export class ManualClock implements Clock {
  private unixMs: number
  private elapsedMs = 0
  /** Ordered by deadline; equal deadlines in order of creation. */
  private readonly timers: ManualTimer[] = []

  constructor(unixMs = 1_700_000_000_000) {
    this.unixMs = Math.trunc(unixMs)
  }

  now(): number {
    return this.unixMs
  }

  monotonicUs(): number {
    return this.elapsedMs * 1000
  }

  /** The number of timers waiting. */
  get pending(): number {
    return this.timers.length
  }

  after(ms: number, fn: () => void): Timer {
    const dueMs = this.elapsedMs + Math.max(0, Math.ceil(ms))
    const timer: ManualTimer = { dueMs, fn, cancel: () => this.forget(timer) }
    let at = this.timers.length
    while (at > 0 && this.timers[at - 1].dueMs > dueMs) at--
    this.timers.splice(at, 0, timer)
    return timer
  }

  soon(fn: () => void): void {
    setImmediate(fn)
  }

  /** Moves the time forward by whole milliseconds and runs every timer that falls due on the way. */
  advance(ms: number): void {
    const target = this.elapsedMs + Math.max(0, Math.trunc(ms))
    while (this.timers.length > 0 && this.timers[0].dueMs <= target) {
      const timer = this.timers.shift()!
      this.moveTo(timer.dueMs)
      timer.fn()
    }
    this.moveTo(target)
  }

  /**
   * Sets the Unix time: forward like `advance`; backward like a corrected wall clock, where nothing runs and every
   * timer keeps the delay it still had.
   */
  set(unixMs: number): void {
    if (unixMs >= this.unixMs) this.advance(unixMs - this.unixMs)
    else this.unixMs = Math.trunc(unixMs)
  }

  /** A timer may itself have advanced the clock beyond the moment that is asked for. */
  private moveTo(elapsedMs: number): void {
    if (elapsedMs <= this.elapsedMs) return
    this.unixMs += elapsedMs - this.elapsedMs
    this.elapsedMs = elapsedMs
  }

  private forget(timer: ManualTimer): void {
    const at = this.timers.indexOf(timer)
    if (at >= 0) this.timers.splice(at, 1)
  }
}
