/** Brings one dump to all replicas that asked for it before it was begun. */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type DumpJob, startDump } from '../rdb/save.ts'
import type { RdbWriterOptions } from '../rdb/writer.ts'
import type { Server } from '../server/server.ts'
import type { Replica } from './replica.ts'

export interface TransferEvents {
  /** The dump is made; the replicas are being sent it, or have been. */
  dumped(): void
  /** A replica has been handed the whole dump. */
  sent(replica: Replica): void
  /** The dump could not be made. The transfer is over. */
  failed(reason: string): void
  /** Every replica has been served, or is gone. */
  finished(): void
}

const END_MARK_CHARS = 40
const PIECE_BYTES = 128 * 1024
/** How often a connection that cannot tell is asked whether its peer has read on. */
const POLL_MS = 10
/** More than this is not handed to a socket at once. */
const MOST_UNSENT = 1 << 20

export abstract class Transfer {
  /** Replicas still to be served. */
  readonly members: Set<Replica>
  protected readonly server: Server
  protected readonly events: TransferEvents
  protected job: DumpJob | null = null
  protected ended = false
  /** True while the snapshot is being taken. */
  dumping = true

  constructor(server: Server, members: readonly Replica[], events: TransferEvents) {
    this.server = server
    this.members = new Set(members)
    this.events = events
  }

  /** Takes the snapshot: what the dump holds is the data as it is now. */
  abstract start(options: RdbWriterOptions): void

  /** A replica is gone. */
  drop(replica: Replica): void {
    if (this.members.delete(replica) && this.members.size === 0) this.finish()
  }

  protected served(replica: Replica): void {
    if (this.ended || !this.members.has(replica)) return
    this.events.sent(replica)
    this.drop(replica)
  }

  protected fail(error: unknown): void {
    if (this.ended) return
    this.cancel()
    this.events.failed((error as Error).message)
  }

  private finish(): void {
    if (this.ended) return
    this.cancel()
    this.events.finished()
  }

  /** Gives up; nothing is told any more. */
  cancel(): void {
    this.ended = true
    if (this.dumping) this.job?.cancel()
    this.dumping = false
    this.release()
  }

  protected abstract release(): void
}

/** The dump goes to the sockets as it is made; its end is a mark of 40 random characters. */
export class StreamedTransfer extends Transfer {
  start(options: RdbWriterOptions): void {
    const { server, members } = this
    const mark = server.store.random.hex(END_MARK_CHARS)
    const write = (part: string | Buffer) => {
      server.stats.replicationOutputBytes += part.length * members.size
      for (const { session } of members) session.connection?.write([part])
    }
    write(`$EOF:${mark}\r\n`)
    const sink = {
      write,
      waitingBytes: () => {
        let most = 0
        for (const { session } of members) most = Math.max(most, session.connection?.unsentBytes ?? 0)
        return most
      },
    }
    this.job = startDump(server.store, options, sink, () => {
      if (this.ended) return
      this.dumping = false
      write(mark)
      this.events.dumped()
      for (const replica of [...members]) this.served(replica)
    })
  }

  protected release(): void {}
}

/** The dump goes to a file first, then from there to each replica at its own pace. */
export class FileTransfer extends Transfer {
  private path = ''
  private fd = -1
  private length = 0

  start(options: RdbWriterOptions): void {
    const { server } = this
    const name = `temp-${server.store.clock.now()}.${server.runId.slice(0, 8)}.rdb`
    try {
      this.path = join(server.config.dir, name)
      this.fd = openSync(this.path, 'wx+', 0o600)
    } catch (error) {
      // The caller is still busy setting the transfer up.
      server.store.clock.soon(() => server.background(() => this.fail(error)))
      return
    }
    const sink = { write: (chunk: Buffer) => this.save(chunk), waitingBytes: () => 0 }
    this.job = startDump(server.store, options, sink, () => {
      if (this.ended) return
      this.dumping = false
      this.events.dumped()
      for (const replica of [...this.members]) {
        replica.session.connection?.write([`$${this.length}\r\n`])
        this.send(replica, 0)
      }
    })
  }

  private save(chunk: Buffer): void {
    if (this.fd < 0) return
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(this.fd, chunk, at)
      this.length += chunk.length
    } catch (error) {
      this.fail(error)
    }
  }

  /** Sends on from a position in the file, as fast as the replica reads. */
  private send(replica: Replica, from: number): void {
    const { connection } = replica.session
    if (connection === null) return
    let at = from
    while (at < this.length) {
      if (this.ended || !this.members.has(replica)) return
      if (connection.unsentBytes > MOST_UNSENT) {
        this.whenReady(replica, () => this.send(replica, at))
        return
      }
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, this.length - at))
      try {
        const read = readSync(this.fd, piece, 0, piece.length, at)
        if (read === 0) throw new Error('the dump file ends early')
        at += read
        this.server.stats.replicationOutputBytes += read
        replica.seenAt = this.server.store.clock.now()
        connection.write([read === piece.length ? piece : piece.subarray(0, read)])
      } catch (error) {
        this.fail(error)
        return
      }
    }
    this.server.background(() => this.served(replica))
  }

  private whenReady({ session: { connection } }: Replica, fn: () => void): void {
    if (connection?.whenDrained !== undefined) connection.whenDrained(fn)
    else this.server.store.clock.after(POLL_MS, fn)
  }

  protected release(): void {
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
