/** What a master knows of one replica. Made when a client first speaks REPLCONF, PSYNC or SYNC; ends with its session. */
import type { Session } from '../server/session.ts'
import type { Hold, ReplicationStream } from './stream.ts'

/** The names are those of INFO, but for `none`: not a replica yet. */
export type ReplicaState = 'none' | 'wait_bgsave_start' | 'wait_bgsave_end' | 'send_bulk' | 'online'

/** 'functions': no keys. */
export type DumpContent = 'all' | 'functions' | 'nothing'

export class Replica {
  readonly session: Session
  state: ReplicaState = 'none'
  listeningPort = 0
  /** The address it wants to be known by; empty for the one it connected from. */
  announcedIp = ''
  /** It understands a dump of unknown length that ends with a mark. */
  readsEndMark = false
  /** It understands `+CONTINUE <id>`. */
  readsNewId = false
  /** It wants the dump and nothing after it. */
  dumpOnly = false
  /** What the dump for it holds. */
  content: DumpContent = 'all'
  /** It came by SYNC: it never acknowledges anything. */
  legacy = false
  /** Offset it has acknowledged. */
  ackOffset = 0
  /** Offset it has on its disk, if it says so. */
  syncedOffset = -1
  /** Unix ms of its last sign of life. */
  seenAt = 0
  /** Unix ms of its request for a dump. */
  waitingSince = 0
  /** It is sent the stream as the stream grows. False until its dump is through. */
  streaming = false
  /** A dump with an end mark is recognised only while nothing follows it: the stream waits for the first ACK. */
  streamOnAck = false
  /** Offset up to which it was sent the stream. */
  sentTo = 0
  /** Bytes it had not read at the last tick, while a dump is on its way. */
  unreadBefore = 0
  private hold: Hold | null = null
  private bytesSeen = 0

  constructor(session: Session) {
    this.session = session
  }

  get ip(): string {
    if (this.announcedIp !== '') return this.announcedIp
    const peer = this.session.connection?.peer ?? ''
    return peer.slice(0, peer.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
  }

  /** For the log, and for CLIENT KILL and the like. */
  get address(): string {
    return `${this.ip}:${this.listeningPort}`
  }

  get isReplica(): boolean {
    return this.state !== 'none'
  }

  get online(): boolean {
    return this.state === 'online'
  }

  /** From here on the stream is kept for it, until it is sent. */
  keepStream(stream: ReplicationStream): void {
    this.hold = stream.hold()
  }

  releaseStream(): void {
    this.hold?.release()
    this.hold = null
    this.session.heldBytes = 0
  }

  /** A bare line is a sign of life of a replica that is busy loading; it shows only as bytes read. */
  noteInput(nowMs: number): void {
    const { bytesIn } = this.session
    if (bytesIn === this.bytesSeen) return
    this.bytesSeen = bytesIn
    this.seenAt = nowMs
  }

  /** Whole seconds since its last acknowledgement, as INFO shows them. */
  lagSeconds(nowMs: number): number {
    return this.online && !this.legacy ? Math.max(0, Math.floor((nowMs - this.seenAt) / 1000)) : 0
  }
}
