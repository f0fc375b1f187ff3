/** Encodes what the server's commands changed as commands for the replicas, with SELECT where the database changes. */
import type { PropagationSink } from '../server/propagation.ts'
import type { ReplicationStream } from './stream.ts'

const CACHED = 256
const BULK_HEADS = Array.from({ length: CACHED }, (_, n) => `$${n}\r\n`)
const ARRAY_HEADS = Array.from({ length: 16 }, (_, n) => `*${n}\r\n`)

/** A request as it travels: an array of bulks. */
export function encodeRequest(argv: readonly string[]): string {
  const { length } = argv
  let text = length < 16 ? ARRAY_HEADS[length] : `*${length}\r\n`
  for (let i = 0; i < length; i++) {
    const word = argv[i]
    const size = word.length
    text += (size < CACHED ? BULK_HEADS[size] : `$${size}\r\n`) + word + '\r\n'
  }
  return text
}

export class ReplicationFeed implements PropagationSink {
  private readonly stream: ReplicationStream
  /** The database replicas have selected; -1 when they may have any. */
  selectedDb = -1

  constructor(stream: ReplicationStream) {
    this.stream = stream
  }

  append(db: number, argv: readonly string[]): void {
    if (db !== this.selectedDb) {
      this.selectedDb = db
      this.stream.append(encodeRequest(['SELECT', String(db)]))
    }
    this.stream.append(encodeRequest(argv))
  }

  /** Appends a command about the link itself, which works in any database. */
  appendControl(...argv: string[]): void {
    this.stream.append(encodeRequest(argv))
  }
}
