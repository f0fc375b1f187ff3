/** Where a dump from the master goes, and how it replaces our data. */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type LoadResult, RdbLoader } from '../rdb/load.ts'
import type { Server } from '../server/server.ts'
import { Store } from '../store/store.ts'
import type { DumpTarget } from './receiver.ts'

export interface DumpLoad extends DumpTarget {
  /**
   * The dump is there whole: loads it. `replace` is called right before the old data goes. `done` gets the result or
   * what is wrong with the dump, possibly after this call. May throw instead of calling `done` with an error.
   */
  load(replace: () => void, done: (outcome: LoadResult | Error) => void): void
  /** Forgets the dump, at any moment; `done` is not called any more. */
  discard(): void
}

/** repl-diskless-load: straight from the socket, or by way of a file. */
export function chooseLoad(server: Server): DumpLoad {
  const { replDisklessLoad } = server.config
  const direct = replDisklessLoad === 'swapdb' || (replDisklessLoad === 'on-empty-db' && server.store.keyCount === 0)
  return direct ? new DirectLoad(server) : new FileLoad(server)
}

const PIECE_BYTES = 256 * 1024

/** Gathers the dump in a file, so that the old data is dropped only when the new is safely here, and memory holds one. */
class FileLoad implements DumpLoad {
  private readonly server: Server
  private readonly path: string
  private fd: number
  private length = 0

  constructor(server: Server) {
    this.server = server
    this.path = join(server.config.dir, `temp-${server.store.clock.now()}.${server.runId.slice(0, 8)}.sync.rdb`)
    this.fd = openSync(this.path, 'wx+', 0o600)
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at)
    this.length += bytes.length
  }

  load(replace: () => void, done: (outcome: LoadResult | Error) => void): void {
    const { server } = this
    const { store, persistence } = server
    replace()
    server.log.notice('MASTER <-> REPLICA sync: Flushing old data')
    store.flushAll()
    server.log.notice('MASTER <-> REPLICA sync: Loading DB in memory')
    persistence.beginLoading(this.length)
    const loader = new RdbLoader(store, persistence.loadOptions(false))
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    let at = 0
    const finish = (outcome: LoadResult | Error) => {
      this.discard()
      server.background(() => {
        if (outcome instanceof Error) store.flushAll()
        persistence.endLoading()
        done(outcome)
      })
    }
    const step = () => {
      if (this.fd < 0) return
      try {
        const read = readSync(this.fd, piece, 0, piece.length, at)
        at += read
        // The parser keeps what is incomplete, so it gets bytes of its own.
        if (read > 0) loader.push(Buffer.from(piece.subarray(0, read)))
        if (read > 0 && !loader.finished) store.clock.soon(step)
        else finish(loader.end())
      } catch (error) {
        finish(error as Error)
      }
    }
    store.clock.soon(step)
  }

  discard(): void {
    if (this.fd < 0) return
    closeSync(this.fd)
    this.fd = -1
    try {
      unlinkSync(this.path)
    } catch {
      // Somebody cleaned up before us.
    }
  }
}

/** Loads the dump as it arrives, beside the old data, which is served meanwhile and stays if the transfer fails. */
class DirectLoad implements DumpLoad {
  private readonly server: Server
  private readonly spare: Store
  private readonly loader: RdbLoader

  constructor(server: Server) {
    const { store, persistence } = server
    this.server = server
    this.spare = new Store({ clock: store.clock, random: store.random, databases: store.databases.length })
    Object.assign(this.spare.limits, store.limits)
    this.spare.lfu = store.lfu
    this.spare.epoch = store.epoch
    this.loader = new RdbLoader(this.spare, persistence.loadOptions(false))
  }

  write(bytes: Buffer): void {
    this.loader.push(bytes)
  }

  load(replace: () => void, done: (outcome: LoadResult | Error) => void): void {
    const { server, spare } = this
    const result = this.loader.end()
    replace()
    server.log.notice('MASTER <-> REPLICA sync: Swapping active DB with loaded DB')
    for (const db of server.store.databases) {
      const incoming = spare.databases[db.index]
      server.databaseReplaced(db, incoming)
      db.keyspace = incoming.keyspace
    }
    done(result)
  }

  discard(): void {}
}
