/**
 * The master's side: who replicates from us, and how each comes to have our data and stays up to date.
 *
 * A replica asks with PSYNC. If the history it names is ours and the backlog reaches back far enough, it gets what it
 * missed. Otherwise it waits for a dump, one for all who wait, while the stream is kept for it; when the dump is
 * through it gets the stream from the dump's offset on, like everybody else.
 */

import { E } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import { Restriction } from '../spec/restrictions.ts'
import { parseInteger } from '../util/numbers.ts'
import { splitArguments } from '../util/parse-quoted.ts'
import type { ReplicationFeed } from './feed.ts'
import type { History } from './history.ts'
import { type DumpContent, Replica } from './replica.ts'
import type { ReplicationStream } from './stream.ts'
import { FileTransfer, StreamedTransfer, type Transfer } from './transfer.ts'

const LONGEST_IP = 45

export class Replicas {
  private readonly server: Server
  private readonly stream: ReplicationStream
  private readonly feed: ReplicationFeed
  private readonly history: History
  /** By session: every client that has spoken REPLCONF, PSYNC or SYNC. */
  private readonly peers = new Map<Session, Replica>()
  /** The real replicas among them, in order of arrival. */
  private readonly attached = new Set<Replica>()
  /** Dumps being made and sent; at most one is being made. */
  private readonly transfers = new Set<Transfer>()
  private pingTicks = 0
  /** WAIT wants to know how far everybody is. */
  private ackWanted = false
  /** Unix ms since when there is no replica. */
  noneSince: number
  /** Replicas that are online and whose last sign of life is recent enough for min-replicas-max-lag. */
  good = 0
  /** Told when a replica's acknowledged offset or the number of good ones may have changed. */
  onProgress: () => void = () => {}

  constructor(server: Server, stream: ReplicationStream, feed: ReplicationFeed, history: History) {
    this.server = server
    this.stream = stream
    this.feed = feed
    this.history = history
    this.noneSince = server.store.now
  }

  get count(): number {
    return this.attached.size
  }

  all(): IterableIterator<Replica> {
    return this.attached.values()
  }

  /** Online replicas that acknowledged at least this offset. */
  countAcks(offset: number): number {
    let n = 0
    for (const replica of this.attached) if (replica.online && replica.ackOffset >= offset) n++
    return n
  }

  /** Online replicas that have everything up to this offset on their disks. */
  countSynced(offset: number): number {
    let n = 0
    for (const replica of this.attached) if (replica.online && replica.syncedOffset >= offset) n++
    return n
  }

  /** Has every online replica acknowledged all there is? */
  get caughtUp(): boolean {
    for (const replica of this.attached) {
      if (replica.online && !replica.legacy && replica.ackOffset < this.stream.offset) return false
    }
    return true
  }

  /** Asks all replicas, at the end of this batch, how far they are. */
  requestAcks(): void {
    this.ackWanted = true
  }

  private peer(session: Session): Replica {
    let replica = this.peers.get(session)
    if (replica === undefined) {
      replica = new Replica(session)
      this.peers.set(session, replica)
      const made = replica
      session.onClose.push(() => this.gone(made))
    }
    return replica
  }

  private gone(replica: Replica): void {
    this.peers.delete(replica.session)
    if (!this.attached.delete(replica)) return
    const { server } = this
    replica.streaming = false
    replica.releaseStream()
    for (const transfer of [...this.transfers]) transfer.drop(replica)
    if (this.attached.size === 0) this.noneSince = server.store.now
    server.log.warning(`Connection with replica ${replica.address} lost.`)
    this.updateGood()
  }

  // ---- REPLCONF

  /** The options of a REPLCONF that a replica may send its master, but for ACK. Throws ReplyErrors. */
  configure(session: Session, option: string, value: string): void {
    const replica = this.peer(session)
    switch (option.toLowerCase()) {
      case 'listening-port': {
        const port = parseInteger(value)
        if (port !== port) throw E.notInteger
        replica.listeningPort = port
        return
      }
      case 'ip-address':
        if (value.length > LONGEST_IP) throw E.replconfIpTooLong(value.length)
        replica.announcedIp = value
        return
      case 'capa':
        if (value.toLowerCase() === 'eof') replica.readsEndMark = true
        else if (value.toLowerCase() === 'psync2') replica.readsNewId = true
        return
      case 'rdb-only': {
        const only = parseInteger(value)
        if (only !== only) throw E.notInteger
        replica.dumpOnly = only === 1
        return
      }
      case 'rdb-filter-only':
        replica.content = parseContent(value)
        return
      case 'version':
        return
      default:
        throw E.replconfOption(option)
    }
  }

  /** REPLCONF ACK: a replica tells how far it is, and perhaps how far its append-only file is (else -1). */
  acknowledge(session: Session, offset: number, synced: number): void {
    const replica = this.peers.get(session)
    if (replica === undefined || !replica.isReplica) return
    if (offset > replica.ackOffset) replica.ackOffset = offset
    if (synced > replica.syncedOffset) replica.syncedOffset = synced
    replica.seenAt = this.server.store.now
    if (replica.streamOnAck && replica.online) this.startStreaming(replica)
    this.onProgress()
  }

  // ---- PSYNC and SYNC

  /** PSYNC: `from` is the offset of the first byte wanted, counted from 1. `id` is `?` from a newcomer. */
  psync(session: Session, id: string, from: number): void {
    const replica = this.peer(session)
    if (replica.isReplica) return
    const { server } = this
    server.log.notice(`Replica ${replica.address} asks for synchronization`)
    if (this.continueFrom(replica, id, from)) return
    if (id !== '?') server.stats.syncPartialErr++
    this.queueForDump(replica)
  }

  /** SYNC: always a full synchronisation, without +FULLRESYNC and without acknowledgements. */
  sync(session: Session): void {
    const replica = this.peer(session)
    if (replica.isReplica) return
    replica.legacy = true
    this.server.log.notice(`Replica ${replica.address} asks for synchronization`)
    this.queueForDump(replica)
  }

  private continueFrom(replica: Replica, id: string, from: number): boolean {
    const { server, stream, history } = this
    if (id === '?') {
      server.log.notice(`Full resync requested by replica ${replica.address}`)
      return false
    }
    if (from !== from || !history.includes(id, from)) {
      server.log.notice(
        id === history.id || id === history.previousId
          ? `Partial resynchronization not accepted: Requested offset for ${id} was ${from}, but I can reply up to ${history.previousEnd}`
          : `Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '${id}', my replication IDs are '${history.id}' and '${history.previousId}')`,
      )
      return false
    }
    const sent = from - 1
    if (!stream.hasBacklog || sent < stream.backlogStart || sent > stream.offset) {
      server.log.notice(
        `Unable to partial resync with replica ${replica.address} for lack of backlog (Replica request was: ${from}).`,
      )
      if (sent > stream.offset) {
        server.log.warning(
          `Replica ${replica.address} tried to PSYNC with an offset that is greater than the master replication offset.`,
        )
      }
      return false
    }
    this.attach(replica)
    this.say(replica, replica.readsNewId ? `+CONTINUE ${history.id}\r\n` : '+CONTINUE\r\n')
    replica.state = 'online'
    replica.streaming = true
    replica.sentTo = sent
    server.stats.syncPartialOk++
    server.log.notice(
      `Partial resynchronization request from ${replica.address} accepted. Sending ${stream.offset - sent} bytes of backlog starting from offset ${from}.`,
    )
    this.sendStream(replica)
    this.updateGood()
    return true
  }

  private attach(replica: Replica): void {
    const { session } = replica
    session.kind = 'replica'
    session.restrict(Restriction.feed, true)
    replica.seenAt = this.server.store.now
    this.attached.add(replica)
    if (this.server.config.replDisableTcpNodelay) session.connection?.setNoDelay?.(false)
  }

  private queueForDump(replica: Replica): void {
    const { server, stream, history } = this
    server.stats.syncFull++
    this.attach(replica)
    replica.state = 'wait_bgsave_start'
    replica.waitingSince = server.store.now
    if (!stream.hasBacklog && !history.inherited) {
      // A new history: what was before could not be told from what comes.
      server.replication.newHistory()
      server.replication.openBacklog()
      server.log.notice(
        `Replication backlog created, my new replication IDs are '${history.id}' and '${history.previousId}'`,
      )
    }
    this.startDump()
  }

  private get dumping(): Transfer | null {
    for (const transfer of this.transfers) if (transfer.dumping) return transfer
    return null
  }

  /** Starts a dump for those who wait for one, unless one is being made or more replicas may still come. */
  startDump(): void {
    if (this.dumping !== null || this.server.store.snapshot !== null || this.server.persistence.loading) return
    const { config, store } = this.server
    const forFile: Replica[] = []
    const streamed: Replica[] = []
    let waitedMs = 0
    let content: DumpContent | null = null
    for (const replica of this.attached) {
      if (replica.state !== 'wait_bgsave_start') continue
      // One dump serves those who want the same; the others' turn is after it.
      content ??= replica.content
      if (replica.content !== content) continue
      if (config.replDisklessSync && replica.readsEndMark) {
        streamed.push(replica)
        waitedMs = Math.max(waitedMs, store.now - replica.waitingSince)
      } else forFile.push(replica)
    }
    if (forFile.length > 0) {
      this.beginTransfer(forFile, false)
      return
    }
    if (streamed.length === 0) return
    const enough = config.replDisklessSyncMaxReplicas
    if (waitedMs >= config.replDisklessSyncDelay * 1000 || (enough > 0 && streamed.length >= enough)) {
      this.beginTransfer(streamed, true)
    }
  }

  private beginTransfer(members: readonly Replica[], streamed: boolean): void {
    const { server, stream, history } = this
    // Nothing of what the dump shows may be sent again after it.
    server.propagation.flush()
    server.log.notice(`Starting BGSAVE for SYNC with target: ${streamed ? 'replicas sockets' : 'disk'}`)
    // The replicas' database is 0 after the dump, whatever the stream had selected.
    if (!history.inherited) this.feed.selectedDb = -1
    for (const replica of members) {
      replica.state = 'wait_bgsave_end'
      replica.sentTo = stream.offset
      if (!replica.dumpOnly) replica.keepStream(stream)
      if (!replica.legacy) this.say(replica, `+FULLRESYNC ${history.id} ${stream.offset}\r\n`)
    }
    const transfer: Transfer = new (streamed ? StreamedTransfer : FileTransfer)(server, members, {
      dumped: () => {
        server.log.notice('Background RDB transfer terminated with success')
        if (!streamed) for (const replica of transfer.members) replica.state = 'send_bulk'
      },
      sent: (replica) => this.dumpSent(replica, streamed),
      failed: (reason) => {
        this.transfers.delete(transfer)
        server.log.warning(`BGSAVE for replication failed: ${reason}`)
        for (const replica of members) if (this.attached.has(replica)) server.closeSession(replica.session)
      },
      finished: () => this.transfers.delete(transfer),
    })
    this.transfers.add(transfer)
    const options = server.persistence.writerOptions(server.replication.dumpAux())
    const [{ content }] = members
    if (content === 'all') transfer.start(options)
    else transfer.start({ ...options, keys: false, ...(content === 'nothing' && { functions: [] }) })
  }

  private dumpSent(replica: Replica, streamed: boolean): void {
    const { server } = this
    replica.state = 'online'
    replica.seenAt = server.store.clock.now()
    if (streamed) {
      replica.streamOnAck = true
      server.log.notice(
        `Streamed RDB transfer with replica ${replica.address} succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming`,
      )
    } else this.startStreaming(replica)
    server.log.notice(`Synchronization with replica ${replica.address} succeeded`)
    this.updateGood()
  }

  private startStreaming(replica: Replica): void {
    replica.streamOnAck = false
    if (replica.dumpOnly) {
      this.server.log.notice(`Closing the connection with ${replica.address}: it wanted only the dump`)
      replica.session.closing = true
      this.server.flushLater(replica.session)
      return
    }
    replica.streaming = true
    this.sendStream(replica)
    replica.releaseStream()
  }

  // ---- the stream

  /** At the end of each batch: hands what was appended to every replica that is up to date. */
  flush(): void {
    const { stream } = this
    if (this.ackWanted) {
      this.ackWanted = false
      if (this.attached.size > 0) this.feed.appendControl('REPLCONF', 'GETACK', '*')
    }
    if (stream.offset === stream.sentTo) return
    if (this.attached.size > 0) {
      for (const replica of [...this.attached]) {
        if (replica.streaming) this.sendStream(replica)
        else if (replica.state !== 'wait_bgsave_start' && !replica.dumpOnly) {
          replica.session.heldBytes = stream.offset - replica.sentTo
          this.server.outputLimits.check(replica.session)
        }
      }
    }
    stream.markSent()
  }

  private sendStream(replica: Replica): void {
    const { stream } = this
    const { session, sentTo } = replica
    const length = stream.offset - sentTo
    if (length === 0 || session.connection === null) return
    replica.sentTo = stream.offset
    // Its own replies, if there are any, keep their place.
    if (!session.output.isEmpty) session.flush()
    if (session.closed) return
    session.connection.write(stream.read(sentTo))
    session.bytesOut += length
    this.server.stats.replicationOutputBytes += length
    if (session.connection.unsentBytes > 0) this.server.outputLimits.check(session)
  }

  /** Sends a line that is no part of the stream, at once. */
  private say(replica: Replica, line: string): void {
    replica.session.writer.raw(line)
    replica.session.flush()
  }

  // ---- time

  /** Once a second. */
  tick(): void {
    const { server, stream, history } = this
    const { config, store } = server
    const { now } = store
    if (!history.inherited && this.attached.size > 0 && ++this.pingTicks % config.replPingReplicaPeriod === 0) {
      if (!server.replication.failingOver) this.feed.appendControl('PING')
    }
    for (const replica of [...this.attached]) {
      replica.noteInput(now)
      // A replica that waits must not take the silence for the end of the link.
      const streamed = this.isStreamedTo(replica)
      if (replica.state === 'wait_bgsave_start' || (replica.state === 'wait_bgsave_end' && !streamed)) {
        replica.session.connection?.write(['\n'])
      }
      this.checkTimeout(replica, streamed)
    }
    this.updateGood()
    if (this.attached.size === 0 && stream.hasBacklog && !history.inherited && config.replBacklogTtl > 0) {
      if (now - this.noneSince > config.replBacklogTtl * 1000) {
        server.log.notice(
          `Replication backlog freed after ${config.replBacklogTtl} seconds without connected replicas.`,
        )
        // Writes are no longer counted, so the offset would lie to a replica that knows this history.
        server.replication.newHistory()
        server.replication.closeBacklog()
      }
    }
  }

  /** Is a dump going straight to it just now? */
  private isStreamedTo(replica: Replica): boolean {
    const { dumping } = this
    return dumping instanceof StreamedTransfer && dumping.members.has(replica)
  }

  private checkTimeout(replica: Replica, streamed: boolean): void {
    const { server } = this
    const timeoutMs = server.config.replTimeout * 1000
    const { connection } = replica.session
    if (streamed || replica.state === 'send_bulk') {
      // While a dump is on its way, what counts is that the replica goes on reading.
      const unsent = connection?.unsentBytes ?? 0
      if (unsent === 0 || unsent !== replica.unreadBefore) replica.seenAt = server.store.now
      replica.unreadBefore = unsent
    } else if (!replica.online || replica.legacy) return
    if (server.store.now - replica.seenAt <= timeoutMs) return
    server.log.warning(
      `Disconnecting timedout replica (${replica.online ? 'streaming' : 'full'} sync): ${replica.address}`,
    )
    server.closeSession(replica.session)
  }

  updateGood(): void {
    const { now } = this.server.store
    const longest = this.server.config.minReplicasMaxLag
    let good = 0
    for (const replica of this.attached) if (replica.online && replica.lagSeconds(now) <= longest) good++
    this.good = good
    this.onProgress()
  }

  /** Ends every replica's link: it has to ask again, and will learn of another history. */
  disconnectAll(): void {
    for (const replica of [...this.attached]) this.server.closeSession(replica.session)
  }

  /** Gives up a dump being made; those who wait for it have to ask again. */
  cancelDump(): void {
    const { dumping } = this
    if (dumping === null) return
    const members = [...dumping.members]
    this.transfers.delete(dumping)
    dumping.cancel()
    for (const replica of members) this.server.closeSession(replica.session)
  }

  stop(): void {
    for (const transfer of this.transfers) transfer.cancel()
    this.transfers.clear()
  }
}

/** REPLCONF rdb-filter-only: everything else is left out. */
function parseContent(text: string): DumpContent {
  const filters = splitArguments(text)
  if (filters === null) throw E.replconfFilterValues
  for (const filter of filters) if (filter.toLowerCase() !== 'functions') throw E.replconfFilter(filter)
  return filters.length > 0 ? 'functions' : 'nothing'
}
