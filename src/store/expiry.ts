/**
 * Keys and fields leave when they expire, not when somebody looks: one timer sleeps until the nearest deadline of all
 * databases. Many due at once leave in slices, so the event loop is never held for more than about two milliseconds.
 */
import type { Timer } from '../util/clock.ts'
import type { Store } from './store.ts'

const SLICE_US = 2000
const CHECK_EVERY = 64

export class ExpiryTimer {
  private readonly store: Store
  private timer: Timer | null = null
  private wakeAt = Number.POSITIVE_INFINITY
  private slicing = false
  private active = true
  /** Told after each slice, with the microseconds it took, so that what was propagated gets flushed. */
  afterSlice: (us: number) => void = () => {}

  constructor(store: Store) {
    this.store = store
  }

  /** Stops or resumes removal by timer (DEBUG SET-ACTIVE-EXPIRE); look-ups still never show an expired key. */
  setActive(active: boolean): void {
    this.active = active
    this.rearm()
  }

  /** To be called for every deadline set. */
  deadlineAdded(unixMs: number): void {
    if (unixMs < this.wakeAt) this.arm(unixMs)
  }

  /** Looks at all deadlines afresh: after loading, flushing, or a change of role. */
  rearm(): void {
    this.timer?.cancel()
    this.timer = null
    this.wakeAt = Number.POSITIVE_INFINITY
    let nearest = Number.POSITIVE_INFINITY
    for (const db of this.store.databases) {
      const { deadlines, fieldDeadlines } = db.keyspace
      nearest = Math.min(nearest, deadlines.peekDeadline(), fieldDeadlines.peekDeadline())
    }
    if (nearest !== Number.POSITIVE_INFINITY) this.arm(nearest)
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = null
    this.active = false
  }

  private arm(unixMs: number): void {
    if (!this.active || this.slicing || this.store.expiryMode !== 'remove' || this.store.expiryHeld) return
    this.timer?.cancel()
    this.wakeAt = unixMs
    this.timer = this.store.clock.after(Math.max(0, unixMs - this.store.clock.now()), () => this.wake())
  }

  private wake(): void {
    this.timer = null
    this.wakeAt = Number.POSITIVE_INFINITY
    if (!this.active || this.store.expiryMode !== 'remove' || this.store.expiryHeld) return
    this.store.refreshNow()
    const { clock } = this.store
    const started = clock.monotonicUs()
    const done = this.slice()
    this.afterSlice(clock.monotonicUs() - started)
    if (done) this.rearm()
    else {
      this.slicing = true
      this.store.clock.soon(() => {
        this.slicing = false
        this.wake()
      })
    }
  }

  /** Removes due keys and fields for at most a slice; false when more are due. */
  private slice(): boolean {
    const { store } = this
    const end = store.clock.monotonicUs() + SLICE_US
    let removed = 0
    for (const db of store.databases) {
      const { keyspace } = db
      while (keyspace.deadlines.size > 0 && keyspace.deadlines.peekDeadline() <= store.now) {
        const slot = keyspace.deadlines.peekSlot()
        db.expireSlot(keyspace.nameAt(slot), slot)
        if (++removed % CHECK_EVERY === 0 && store.clock.monotonicUs() >= end) return false
      }
      const { fieldDeadlines } = keyspace
      while (fieldDeadlines.size > 0 && fieldDeadlines.peekDeadline() <= store.now) {
        const slot = fieldDeadlines.peekSlot()
        db.expireFields(keyspace.nameAt(slot), slot)
        if (store.clock.monotonicUs() >= end) return false
      }
    }
    return true
  }
}
