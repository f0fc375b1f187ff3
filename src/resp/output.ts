/**
 * What waits to be sent to a client: a string that grows by concatenation, so a small reply costs no Buffer (V8 keeps
 * a rope and flattens it once, when it is written), and a list of finished parts, so that no string comes near V8's
 * limit and a big value is passed on by reference.
 */

/** Length at which the end of the output becomes a finished part. */
export const SEGMENT = 1 << 20

export class Output {
  /** The end of the output; writers append to it. */
  text = ''
  private parts: string[] = []
  private partsLength = 0

  /** Bytes waiting. */
  get length(): number {
    return this.partsLength + this.text.length
  }

  get isEmpty(): boolean {
    return this.text.length === 0 && this.parts.length === 0
  }

  /** Moves the end to the finished parts when it has grown large. */
  settle(): void {
    if (this.text.length >= SEGMENT) this.cut()
  }

  /** Adds a big value as a part of its own. */
  big(bytes: string): void {
    this.cut()
    this.parts.push(bytes)
    this.partsLength += bytes.length
  }

  private cut(): void {
    if (this.text.length === 0) return
    this.parts.push(this.text)
    this.partsLength += this.text.length
    this.text = ''
  }

  /** All that waits, in order; nothing waits after it. */
  take(): string[] {
    if (this.parts.length === 0) {
      const { text } = this
      this.text = ''
      return [text]
    }
    this.cut()
    const { parts } = this
    this.parts = []
    this.partsLength = 0
    return parts
  }

  /** Puts a collection's head before what was written since `mark()`. */
  mark(): OutputMark {
    const mark = { text: this.text, parts: this.parts, partsLength: this.partsLength }
    this.text = ''
    this.parts = []
    this.partsLength = 0
    return mark
  }

  /** Ends what `mark` began: what was there, the head, then what came since. */
  insert(mark: OutputMark, head: string): void {
    const { text, parts, partsLength } = this
    this.text = mark.text + head
    this.parts = mark.parts
    this.partsLength = mark.partsLength
    if (parts.length > 0) {
      this.cut()
      for (const part of parts) this.parts.push(part)
      this.partsLength += partsLength
    }
    this.text += text
  }
}

export interface OutputMark {
  readonly text: string
  readonly parts: string[]
  readonly partsLength: number
}
