/** Where tools read and write: the process's own streams, or a test's. */
import { createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { OutputClosed } from './failure.ts'
import { Progress } from './progress.ts'

export interface Streams {
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable
  readonly errors: Writable & { readonly isTTY?: boolean }
}

const PIECE_BYTES = 1 << 18
const SETTLE_CHARS = 1 << 16

/** Gathers text and hands it on no faster than it is taken. */
export class Output {
  private readonly stream: Writable
  private text = ''
  private readonly settled: Buffer[] = []

  constructor(stream: Writable) {
    this.stream = stream
    // Each write learns of its failure by itself; without a listener the first one would end the process.
    stream.on('error', () => {})
  }

  write(text: string): void {
    this.text += text
    // Text that piles up within one huge value must not become one string: there is a longest one.
    if (this.text.length >= SETTLE_CHARS) this.settle()
  }

  line(text: string): void {
    this.write(`${text}\n`)
  }

  private settle(): void {
    this.settled.push(Buffer.from(this.text))
    this.text = ''
  }

  /** Resolves once everything has been taken. Rejects with OutputClosed when nobody reads any more. */
  async flush(): Promise<void> {
    if (this.text !== '') this.settle()
    for (const bytes of this.settled.splice(0)) {
      await new Promise<void>((resolve, reject) => {
        this.stream.write(bytes, (error) => {
          if (error == null) resolve()
          else reject((error as NodeJS.ErrnoException).code === 'EPIPE' ? new OutputClosed() : error)
        })
      })
    }
  }
}

/** How a file is called in messages. */
export const nameOf = (path: string): string => (path === '-' ? 'standard input' : path)

/** The bytes of a file, `-` being standard input, in pieces of their own; progress shows on a terminal. */
export async function* pieces(path: string, streams: Streams): AsyncGenerator<Buffer> {
  let size = 0
  let source = streams.input
  if (path !== '-') {
    const fd = openSync(path, 'r')
    size = fstatSync(fd).size
    // Says at once that it is a directory, and which error that is.
    readSync(fd, Buffer.alloc(1), 0, 1, fstatSync(fd).isFile() || fstatSync(fd).isDirectory() ? 0 : null)
    source = createReadStream(path, { fd, start: 0, highWaterMark: PIECE_BYTES })
  }
  const progress = new Progress(streams.errors, nameOf(path), size)
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      progress.add(piece.length)
      yield piece
    }
  } finally {
    progress.clear()
  }
}
