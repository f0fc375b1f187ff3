/**
 * The replication stream: bytes counted from the beginning of a history, of which the newest are kept.
 *
 * They are kept once, in blocks, whoever needs them: the backlog (the last repl-backlog-size bytes, for replicas that
 * come back), and replicas that are behind because their dump is still on its way. What a socket is handed are views
 * of the blocks. Bytes once written never change, so views stay right for as long as somebody holds them.
 */

/** Large enough that a block is handed to the system in few pieces, small enough that a small backlog stays small. */
const BLOCK_BYTES = 64 * 1024
/** Text is encoded when this much has gathered, so that no string grows near V8's limit. */
const SETTLE_CHARS = 1 << 20

interface Block {
  /** Offset before the block's first byte. */
  readonly from: number
  readonly bytes: Buffer
  filled: number
}

/** Keeps the bytes after `offset` until released. */
export interface Hold {
  readonly offset: number
  release(): void
}

export class ReplicationStream {
  /** Number of bytes of this history so far: master_repl_offset. Counts at once what is appended. */
  offset = 0
  private text = ''
  private blocks: Block[] = []
  /** Offset before the first byte of the backlog; -1 without a backlog. */
  private backlogFrom = -1
  private backlogBytes: number
  private readonly holds = new Set<Hold>()
  private sent = 0

  constructor(backlogBytes: number) {
    this.backlogBytes = backlogBytes
  }

  get hasBacklog(): boolean {
    return this.backlogFrom >= 0
  }

  /** Offset before the first byte that a partial resynchronisation can start from. */
  get backlogStart(): number {
    return this.hasBacklog ? Math.max(this.backlogFrom, this.offset - this.backlogBytes) : this.offset
  }

  /** Bytes in the backlog. */
  get backlogLength(): number {
    return this.offset - this.backlogStart
  }

  get backlogSize(): number {
    return this.backlogBytes
  }

  /** Bytes in memory, whoever they are kept for. */
  get heldBytes(): number {
    return this.blocks.reduce((sum, block) => sum + block.bytes.length, 0)
  }

  /** Up to here everybody who is up to date has been sent the stream; what follows is kept. */
  get sentTo(): number {
    return this.sent
  }

  /** Everybody who is up to date has been sent all there is. */
  markSent(): void {
    this.sent = this.offset
  }

  /** Starts to keep a backlog, from here on. */
  openBacklog(): void {
    if (!this.hasBacklog) this.backlogFrom = this.offset
  }

  closeBacklog(): void {
    this.settle()
    this.backlogFrom = -1
    this.trim()
  }

  resizeBacklog(bytes: number): void {
    this.settle()
    this.backlogBytes = bytes
    this.trim()
  }

  /** Begins another history at an offset; nothing of the old one is kept. A backlog stays open, empty. */
  restart(offset: number): void {
    this.text = ''
    this.blocks = []
    this.holds.clear()
    this.offset = offset
    this.sent = offset
    if (this.hasBacklog) this.backlogFrom = offset
  }

  /** Keeps everything appended from now on until released. */
  hold(): Hold {
    const hold = {
      offset: this.offset,
      release: () => {
        if (this.holds.delete(hold)) this.trim()
      },
    }
    this.settle()
    this.holds.add(hold)
    return hold
  }

  /** Appends encoded commands, one char a byte. */
  append(text: string): void {
    this.text += text
    this.offset += text.length
    if (this.text.length >= SETTLE_CHARS) this.settle()
  }

  /** Appends bytes as they came from a master. */
  appendBytes(bytes: Buffer): void {
    this.settle()
    for (let at = 0; at < bytes.length; ) {
      const block = this.roomyBlock(bytes.length - at, this.offset + at)
      const copied = bytes.copy(block.bytes, block.filled, at)
      block.filled += copied
      at += copied
    }
    this.offset += bytes.length
    this.trim()
  }

  /** The bytes after `from`, which must still be there. Views; not to be written to. */
  read(from: number): Buffer[] {
    this.settle()
    const parts: Buffer[] = []
    for (let i = this.blockAt(from); i < this.blocks.length; i++) {
      const block = this.blocks[i]
      const skip = Math.max(0, from - block.from)
      if (skip < block.filled) parts.push(block.bytes.subarray(skip, block.filled))
    }
    return parts
  }

  /** Moves gathered text into the blocks. */
  private settle(): void {
    const { text } = this
    if (text.length === 0) return
    this.text = ''
    const from = this.offset - text.length
    for (let at = 0; at < text.length; ) {
      const block = this.roomyBlock(text.length - at, from + at)
      const room = block.bytes.length - block.filled
      const piece = text.length - at <= room ? (at === 0 ? text : text.slice(at)) : text.slice(at, at + room)
      block.bytes.latin1Write(piece, block.filled)
      block.filled += piece.length
      at += piece.length
    }
    this.trim()
  }

  /** The last block if it has room, else a new one that takes all of `wanted`. */
  private roomyBlock(wanted: number, from: number): Block {
    const last = this.blocks.at(-1)
    if (last !== undefined && last.filled < last.bytes.length) return last
    const size = Math.max(wanted, Math.min(BLOCK_BYTES, Math.max(this.backlogBytes, 1024)))
    const block = { from, bytes: Buffer.allocUnsafeSlow(size), filled: 0 }
    this.blocks.push(block)
    return block
  }

  private blockAt(offset: number): number {
    let low = 0
    let high = this.blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.blocks[middle].from + this.blocks[middle].filled <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Lets go of blocks that nobody needs. */
  private trim(): void {
    // Set down, so that bytes once given up do not come back when the backlog is made larger.
    if (this.hasBacklog) this.backlogFrom = this.backlogStart
    let needed = Math.min(this.backlogStart, this.sent)
    for (const hold of this.holds) needed = Math.min(needed, hold.offset)
    const { blocks } = this
    let dead = 0
    while (dead < blocks.length && blocks[dead].from + blocks[dead].filled <= needed) dead++
    if (dead === 0) return
    // The last block goes on being filled.
    if (dead === blocks.length && this.hasBacklog && blocks[dead - 1].filled < blocks[dead - 1].bytes.length) dead--
    if (dead > 0) blocks.splice(0, dead)
  }
}
