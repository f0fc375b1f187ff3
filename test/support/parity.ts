/** The same commands to Keyper and to the real redis-server, replies compared byte for byte. */
import { expect } from 'vitest'
import { type TestServer, wordsOf } from './harness.ts'
import type { Argument, RawClient } from './raw-client.ts'
import type { RedisProcess } from './redis-oracle.ts'
import { describeReply } from './resp-decoder.ts'

export type Line = string | readonly Argument[]

export interface ParityOptions {
  readonly protocol?: 2 | 3
  /** Lines whose reply is an unordered collection: compared as a multiset of elements. */
  readonly unordered?: (words: readonly Argument[]) => boolean
  /** Changes a reply before it is compared: to blank what must differ. */
  readonly mask?: (reply: string, words: readonly Argument[]) => string
}

/** One connection to each of the two. */
export class Parity {
  private readonly keyper: RawClient
  private readonly redis: RawClient
  private readonly options: ParityOptions

  private constructor(keyper: RawClient, redis: RawClient, options: ParityOptions) {
    this.keyper = keyper
    this.redis = redis
    this.options = options
  }

  static async connect(keyper: TestServer, redis: RedisProcess, options: ParityOptions = {}): Promise<Parity> {
    const protocol = options.protocol ?? 2
    const ours = await keyper.client(protocol)
    const theirs = await redis.client()
    if (protocol === 3) await theirs.command('HELLO', 3)
    return new Parity(ours, theirs, options)
  }

  /** Sends lines to both, and compares reply by reply. */
  async compare(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      const words = wordsOf(line)
      const [ours, theirs] = await Promise.all([this.keyper.raw(...words), this.redis.raw(...words)])
      const shown = typeof line === 'string' ? line : words.map(String).join(' ')
      expect(this.shown(ours, words), shown).toBe(this.shown(theirs, words))
    }
  }

  private shown(reply: string, words: readonly Argument[]): string {
    const { mask, unordered } = this.options
    const masked = mask === undefined ? reply : mask(reply, words)
    const text = describeReply(masked)
    return unordered?.(words) ? text.split('\n').sort().join('\n') : text
  }

  /** Are the data equal? */
  async compareDigests(): Promise<void> {
    const [ours, theirs] = await Promise.all([this.keyper.raw('DEBUG', 'DIGEST'), this.redis.raw('DEBUG', 'DIGEST')])
    expect(ours).toBe(theirs)
  }
}
