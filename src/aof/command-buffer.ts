/** Commands as the append-only file holds them, gathered until they are written. */

/** Text is turned into bytes when this much has gathered, so that no string grows near V8's limit. */
const SETTLE_CHARS = 1 << 20
/** Words from here on become bytes by themselves. */
const BIG_WORD = 1 << 16

export class CommandBuffer {
  private text = ''
  private chunks: Buffer[] = []
  private chunkBytes = 0

  /** Bytes that wait. */
  get length(): number {
    return this.chunkBytes + this.text.length
  }

  /** Adds a command, and returns its length in bytes. */
  command(argv: readonly string[]): number {
    const before = this.length
    let text = `*${argv.length}\r\n`
    for (let i = 0; i < argv.length; i++) {
      const word = argv[i]
      text += `$${word.length}\r\n`
      if (word.length >= BIG_WORD) {
        this.text += text
        this.settle()
        this.push(word)
        text = '\r\n'
      } else text += `${word}\r\n`
      if (text.length >= SETTLE_CHARS) {
        this.text += text
        this.settle()
        text = ''
      }
    }
    this.text += text
    if (this.text.length >= SETTLE_CHARS) this.settle()
    return this.length - before
  }

  /** Adds a line that is no command. */
  line(text: string): number {
    this.text += text
    return text.length
  }

  private settle(): void {
    if (this.text.length === 0) return
    const { text } = this
    this.text = ''
    this.push(text)
  }

  private push(text: string): void {
    this.chunks.push(Buffer.from(text, 'latin1'))
    this.chunkBytes += text.length
  }

  /** All that waits, in order; nothing waits after it. */
  take(): Buffer[] {
    this.settle()
    const { chunks } = this
    this.chunks = []
    this.chunkBytes = 0
    return chunks
  }

  /** Puts back, in front, what could not be written. */
  putBack(chunks: readonly Buffer[]): void {
    this.settle()
    this.chunks = [...chunks, ...this.chunks]
    this.chunkBytes = this.chunks.reduce((sum, { length }) => sum + length, 0)
  }
}
