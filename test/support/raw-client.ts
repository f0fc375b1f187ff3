/** A small client for tests: it hides nothing, sends anything, and keeps the exact bytes of every reply. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Decoded, type DecodedReply, PushReply, ReplyDecoder } from './resp-decoder.ts'

/** Numbers are sent as text, buffers and strings as they are: a string's chars are its bytes. */
export type Argument = string | number | bigint | Uint8Array

interface Waiter {
  /** Waits for the confirmation of a subscription, which RESP3 sends as a push. */
  readonly subscription: boolean
  readonly resolve: (reply: DecodedReply) => void
  readonly reject: (error: Error) => void
}

interface PushWaiter {
  readonly resolve: (push: PushReply) => void
  readonly reject: (error: Error) => void
}

const SUBSCRIPTION = /^[ps]?(un)?subscribe$/i
const RESP2_PUSHES = new Set([
  'message',
  'pmessage',
  'smessage',
  'subscribe',
  'psubscribe',
  'ssubscribe',
  'unsubscribe',
  'punsubscribe',
  'sunsubscribe',
])

export class RawClient {
  readonly socket: Socket
  /** Resolves when the connection is closed, by whichever side and for whatever reason. */
  readonly closed: Promise<void>
  private readonly decoder = new ReplyDecoder()
  private readonly waiters: Waiter[] = []
  private readonly pushWaiters: PushWaiter[] = []
  /** Replies and pushes nobody asked for yet. */
  private unclaimed: (DecodedReply & { readonly push: PushReply | null })[] = []
  /** Set while bytes are collected instead of decoded. */
  private collected: string | null = null
  private subscriber = false
  private failure: Error | null = null

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.receive(chunk as Buffer))
    // A reset arrives as an error and then as a close.
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.fail(new Error('connection closed'))
        resolve()
      })
    })
  }

  /** Connects to a TCP port, or to a unix socket by its path. */
  static async connect(target: number | string, host = '127.0.0.1'): Promise<RawClient> {
    const socket = typeof target === 'number' ? connect(target, host) : connect(target)
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /**
   * Sends one command and resolves with its reply. Of SUBSCRIBE and its like, that is the first confirmation; further
   * ones come through `nextPush`.
   */
  async command(...args: Argument[]): Promise<Decoded> {
    return (await this.request(args)).value
  }

  /** Sends one command and resolves with exactly the bytes of its reply. */
  async raw(...args: Argument[]): Promise<string> {
    return (await this.request(args)).bytes
  }

  /** Sends several commands in one write and resolves with their replies. */
  async pipeline(commands: readonly (readonly Argument[])[]): Promise<Decoded[]> {
    this.socket.cork()
    const replies = commands.map((args) => this.request(args))
    this.socket.uncork()
    return (await Promise.all(replies)).map((reply) => reply.value)
  }

  /** Sends bytes as they are; their replies come through `nextReply`. */
  send(bytes: string | Uint8Array): void {
    if (typeof bytes === 'string') this.socket.write(bytes, 'latin1')
    else this.socket.write(bytes)
  }

  /** The next reply that no command waits for. */
  async nextReply(): Promise<Decoded> {
    return (await this.take(false)).value
  }

  /** As `nextReply`, its exact bytes. */
  async nextRawReply(): Promise<string> {
    return (await this.take(false)).bytes
  }

  /** The next push; for a RESP2 subscriber, the next message or confirmation. */
  nextPush(): Promise<PushReply> {
    const at = this.unclaimed.findIndex((item) => item.push !== null)
    if (at >= 0) return Promise.resolve(this.unclaimed.splice(at, 1)[0].push!)
    if (this.failure !== null) return Promise.reject(this.failure)
    return new Promise((resolve, reject) => this.pushWaiters.push({ resolve, reject }))
  }

  /** Everything unclaimed and everything still to come, undecoded, until the server closes. */
  async readUntilClosed(): Promise<string> {
    this.collected ??= this.unclaimed.map((item) => item.bytes).join('') + this.decoder.takeRest()
    this.unclaimed = []
    await this.closed
    return this.collected
  }

  /** Ends the sending side only; replies still arrive. */
  end(): void {
    this.socket.end()
  }

  async close(): Promise<void> {
    this.socket.destroy()
    await this.closed
  }

  private request(args: readonly Argument[]): Promise<DecodedReply> {
    const subscription = SUBSCRIPTION.test(String(args[0]))
    if (subscription) this.subscriber = true
    this.send(encodeRequest(args))
    return this.take(subscription)
  }

  private take(subscription: boolean): Promise<DecodedReply> {
    const at = this.waiters.length > 0 ? -1 : this.unclaimed.findIndex((item) => item.push === null)
    if (at >= 0) return Promise.resolve(this.unclaimed.splice(at, 1)[0])
    if (this.failure !== null) return Promise.reject(this.failure)
    return new Promise((resolve, reject) => this.waiters.push({ subscription, resolve, reject }))
  }

  private receive(chunk: Buffer): void {
    if (this.collected !== null) {
      this.collected += chunk.latin1Slice()
      return
    }
    try {
      this.decoder.feed(chunk)
      for (let reply = this.decoder.next(); reply !== null; reply = this.decoder.next()) this.deliver(reply)
    } catch (error) {
      this.fail(error as Error)
      this.socket.destroy()
    }
  }

  private deliver(reply: DecodedReply): void {
    const push = this.asPush(reply.value)
    if (push === null) {
      const waiter = this.waiters.shift()
      if (waiter !== undefined) waiter.resolve(reply)
      else this.unclaimed.push({ ...reply, push })
      return
    }
    if (this.waiters[0]?.subscription && SUBSCRIPTION.test(String(push.items[0]))) {
      this.waiters.shift()!.resolve(reply)
      return
    }
    const waiter = this.pushWaiters.shift()
    if (waiter !== undefined) waiter.resolve(push)
    else this.unclaimed.push({ ...reply, push })
  }

  private asPush(value: Decoded): PushReply | null {
    if (value instanceof PushReply) return value
    if (!this.subscriber || !Array.isArray(value) || !RESP2_PUSHES.has(String(value[0]))) return null
    return new PushReply(value)
  }

  private fail(error: Error): void {
    this.failure ??= error
    for (const waiter of this.waiters.splice(0)) waiter.reject(this.failure)
    for (const waiter of this.pushWaiters.splice(0)) waiter.reject(this.failure)
  }
}

/** A request as clients send it: an array of bulks. */
export function encodeRequest(args: readonly Argument[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)]
  for (const arg of args) {
    const bytes = typeof arg === 'object' ? Buffer.from(arg) : Buffer.from(String(arg), 'latin1')
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'))
  }
  return Buffer.concat(parts)
}
