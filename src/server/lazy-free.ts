/**
 * What becomes of memory after big deletions. V8 would get round to it when it needs room; whoever looks at INFO after
 * UNLINK or FLUSHALL expects it to be free soon. A collection takes time in proportion to what is *left*, so it is
 * only asked for where that is little.
 */
import type { Value } from '../types/value.ts'
import type { Timer } from '../util/clock.ts'
import { collectGarbage } from '../util/collect-garbage.ts'
import type { Server } from './server.ts'

/** Values of more parts than this count as freed in the background, as in Redis. */
const EFFORT = 64
/** Elements dropped, or keys, from which on a collection is worth it. */
const BIG = 20_000
/** Keys left at most for a collection of ours: about 100 ms. */
const MOST_LEFT = 200_000
const DELAY_MS = 50

export class LazyFree {
  private readonly server: Server
  private timer: Timer | null = null

  constructor(server: Server) {
    this.server = server
  }

  /** UNLINK of a value. */
  dropped(value: Value): void {
    const effort = effortOf(value)
    if (effort > EFFORT) this.server.stats.lazyfreed++
    if (effort > BIG) this.collectSoon()
  }

  /** Databases were emptied of so many keys, in the background or not. */
  flushed(keys: number, inBackground: boolean): void {
    if (inBackground) this.server.stats.lazyfreed += keys
    if (keys > 0) this.collectSoon()
  }

  private collectSoon(): void {
    if (this.timer !== null || this.server.store.keyCount > MOST_LEFT) return
    this.timer = this.server.store.clock.after(DELAY_MS, () => {
      this.timer = null
      if (this.server.store.keyCount <= MOST_LEFT) collectGarbage()
    })
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = null
  }
}

/** How many parts a value has. */
function effortOf(value: Value): number {
  if (typeof value !== 'object') return 1
  switch (value.kind) {
    case 'list':
      return value.nodeCount
    case 'hash':
      return value.encoding() === 'hashtable' ? value.size : 1
    case 'set':
      return value.encoding() === 'hashtable' ? value.size : 1
    case 'zset':
      return value.encoding() === 'skiplist' ? value.size : 1
    case 'stream': {
      let parts = value.nodeCount
      for (const group of value.groups?.values() ?? []) parts += 1 + group.pel.size + group.consumers.size
      return parts
    }
    default:
      return 1
  }
}
