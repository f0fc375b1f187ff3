/** Holds cases of a fuzz test to limits of time and memory, and tells of one that never ends. */
import { getHeapStatistics } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { collectGarbage } from '../../src/util/collect-garbage.ts'

/** More than any case, however small, needs. */
const MOST_CPU_MS = 100
const MOST_BYTES = 64 << 20
/** A case is blamed when it breaks a limit every time: now and then the collector runs in the middle of an innocent one. */
const ATTEMPTS = 4

/** The most that a case took, in its first run within the limits. */
export interface Extremes {
  cpuMs: number
  /** What it left behind in memory, garbage with it; what was collected while it ran does not show. */
  bytes: number
  /** Runs that broke a limit, and were repeated. */
  repeated: number
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** Runs a case, again where it broke a limit; throws when it breaks one every time. */
export function withinLimits(run: () => void, extremes: Extremes): void {
  let cpuMs = 0
  let bytes = 0
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) {
      extremes.repeated++
      collectGarbage()
    }
    const bytesBefore = usedBytes()
    const cpuBefore = process.cpuUsage()
    run()
    const cpu = process.cpuUsage(cpuBefore)
    cpuMs = (cpu.user + cpu.system) / 1000
    bytes = usedBytes() - bytesBefore
    if (cpuMs <= MOST_CPU_MS && bytes <= MOST_BYTES) {
      extremes.cpuMs = Math.max(extremes.cpuMs, cpuMs)
      extremes.bytes = Math.max(extremes.bytes, bytes)
      return
    }
  }
  throw new Error(`it takes ${cpuMs.toFixed(0)} ms and ${(bytes / 2 ** 20).toFixed(0)} MiB`)
}

const HANGS_AFTER_MS = 60_000

/** Ends the process, naming the case, when one case goes on for a minute: no time limit of a test ends a busy loop. */
export class Watchdog {
  private readonly current = new Int32Array(new SharedArrayBuffer(8))
  private readonly worker: Worker

  constructor(name: string) {
    const code = `
      const { current, name, after } = require('node:worker_threads').workerData
      for (let last = -1; ; ) {
        Atomics.wait(current, 1, 0, after)
        const now = Atomics.load(current, 0)
        if (now === last) {
          require('node:fs').writeSync(2, name + ': case ' + now + ' does not end\\n')
          process.kill(process.pid, 'SIGKILL')
        }
        last = now
      }`
    this.worker = new Worker(code, { eval: true, workerData: { current: this.current, name, after: HANGS_AFTER_MS } })
    this.worker.unref()
  }

  /** `number`: of the case that begins; each must have its own. */
  begin(number: number): void {
    Atomics.store(this.current, 0, number)
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }
}
