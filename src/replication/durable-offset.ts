/**
 * How much of the master's stream is on our disk. The append-only file counts in offsets of its own: a pair of both is
 * kept until the file is synced that far, and behind it the latest pair.
 */
export class DurableOffset {
  private reached = 0
  private waiting: { readonly stream: number; readonly file: number } | null = null
  private latest = { stream: 0, file: 0 }

  /** The data is as it is at this offset of the stream; all of it will be in the file at that offset. */
  begin(stream: number, file: number): void {
    this.reached = 0
    this.waiting = null
    this.applied(stream, file)
  }

  /** What the stream has up to an offset has been appended to the file up to another. */
  applied(stream: number, file: number): void {
    this.latest = { stream, file }
    this.waiting ??= this.latest
  }

  /** Offset of the stream up to which everything is synced, the file being synced up to `file` (-1: not at all). */
  upTo(file: number): number {
    if (file >= this.latest.file) this.reached = this.latest.stream
    else if (this.waiting !== null && file >= this.waiting.file) {
      this.reached = this.waiting.stream
      this.waiting = this.latest
    }
    return this.reached
  }
}
