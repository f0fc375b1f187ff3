import { afterEach, describe, expect, it, vi } from 'vitest'
import { ManualClock, systemClock } from '../../src/util/clock.ts'

describe('ManualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(1000)
    expect([clock.now(), clock.monotonicUs()]).toEqual([1000, 0])
    clock.advance(5)
    expect([clock.now(), clock.monotonicUs()]).toEqual([1005, 5000])
  })

  it('runs due timers in order of deadline, then of creation, each at its own time', () => {
    const clock = new ManualClock(0)
    const seen: [string, number][] = []
    const note = (name: string) => () => seen.push([name, clock.now()])
    clock.after(30, note('c'))
    clock.after(10, note('a'))
    clock.after(30, note('d'))
    clock.after(20, note('b'))
    clock.after(31, note('e'))
    clock.advance(30)
    expect(seen).toEqual([
      ['a', 10],
      ['b', 20],
      ['c', 30],
      ['d', 30],
    ])
    expect([clock.now(), clock.pending]).toEqual([30, 1])
  })

  it('runs timers created on the way, and never within after()', () => {
    const clock = new ManualClock(0)
    const seen: number[] = []
    const again = () => {
      seen.push(clock.now())
      clock.after(10, again)
    }
    clock.after(0, again)
    expect(seen).toEqual([])
    clock.advance(0)
    expect(seen).toEqual([0])
    clock.advance(35)
    expect(seen).toEqual([0, 10, 20, 30])
  })

  it('forgets cancelled timers, even from another timer at the same moment', () => {
    const clock = new ManualClock(0)
    const seen: string[] = []
    clock.after(5, () => {
      seen.push('first')
      second.cancel()
    })
    const second = clock.after(5, () => seen.push('second'))
    clock.advance(10)
    second.cancel()
    expect(seen).toEqual(['first'])
    expect(clock.pending).toBe(0)
  })

  it('sets the time forward as an advance, backward as a correction', () => {
    const clock = new ManualClock(1000)
    const seen: number[] = []
    clock.after(50, () => seen.push(clock.now()))
    clock.set(400)
    expect(clock.now()).toBe(400)
    expect(clock.monotonicUs()).toBe(0)
    clock.set(449)
    expect(seen).toEqual([])
    clock.set(2000)
    expect(seen).toEqual([450])
    expect(clock.now()).toBe(2000)
  })

  it('lets a timer throw and another advance inside a timer', () => {
    const clock = new ManualClock(0)
    clock.after(5, () => {
      throw new Error('from a timer')
    })
    clock.after(10, () => clock.advance(100))
    expect(() => clock.advance(20)).toThrow('from a timer')
    expect(clock.now()).toBe(5)
    clock.advance(10)
    expect(clock.now()).toBe(110)
  })

  it('runs soon() in the real next turn, in order', async () => {
    const clock = new ManualClock()
    const seen: number[] = []
    await new Promise<void>((resolve) => {
      clock.soon(() => {
        seen.push(1)
        clock.soon(() => {
          seen.push(3)
          resolve()
        })
      })
      clock.soon(() => seen.push(2))
      expect(seen).toEqual([])
    })
    expect(seen).toEqual([1, 2, 3])
  })
})

describe('systemClock', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells whole milliseconds and a monotonic time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
    expect(Number.isInteger(systemClock.now())).toBe(true)
    const before = systemClock.monotonicUs()
    expect(systemClock.monotonicUs()).toBeGreaterThanOrEqual(before)
  })

  it('runs a timer once and a cancelled one never', async () => {
    let cancelled = false
    const timer = systemClock.after(1, () => {
      cancelled = true
    })
    timer.cancel()
    await new Promise<void>((resolve) => systemClock.after(5, resolve, { ref: true }))
    await new Promise<void>((resolve) => systemClock.soon(resolve))
    expect(cancelled).toBe(false)
  })

  it('keeps delays longer than setTimeout can', () => {
    vi.useFakeTimers()
    const seen: number[] = []
    const start = Date.now()
    const ms = 3 * 2 ** 31 + 5
    systemClock.after(ms, () => seen.push(Date.now() - start))
    const other = systemClock.after(ms, () => seen.push(-1))
    vi.advanceTimersByTime(2 ** 31 + 10)
    other.cancel()
    vi.advanceTimersByTime(ms)
    expect(seen).toEqual([ms])
  })

  it('keeps the process alive only when asked', () => {
    const spy = vi.spyOn(globalThis, 'setTimeout')
    systemClock.after(10_000, () => {}).cancel()
    systemClock.after(10_000, () => {}, { ref: true }).cancel()
    const handles = spy.mock.results.map((result) => result.value as NodeJS.Timeout)
    expect(handles.map((handle) => handle.hasRef())).toEqual([false, true])
    spy.mockRestore()
  })
})
