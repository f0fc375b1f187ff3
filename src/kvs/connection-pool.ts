/** Connections that one caller at a time has to itself, opened when needed and kept for the next. */
import { ClosedError } from './errors.ts'
import type { RedisConnection } from './redis-connection.ts'

export class ConnectionPool {
  private readonly open: () => Promise<RedisConnection>
  private readonly size: number
  private readonly idle: RedisConnection[] = []
  private readonly waiting: { resolve(): void; reject(error: Error): void }[] = []
  private inUse = 0
  private closed = false

  constructor(open: () => Promise<RedisConnection>, size: number) {
    this.open = open
    this.size = size
  }

  /** Lends a connection for the duration of `use`. After an error it is not lent again: its state is unknown. */
  async lend<T>(use: (connection: RedisConnection) => Promise<T>): Promise<T> {
    while (this.inUse >= this.size && !this.closed) {
      await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }))
    }
    if (this.closed) throw new ClosedError()
    this.inUse++
    let connection: RedisConnection | null = null
    try {
      connection = this.idle.pop() ?? (await this.open())
      const result = await use(connection)
      if (this.closed) await connection.close()
      else this.idle.push(connection)
      return result
    } catch (error) {
      await connection?.close()
      throw error
    } finally {
      this.inUse--
      this.waiting.shift()?.resolve()
    }
  }

  async close(): Promise<void> {
    this.closed = true
    for (const { reject } of this.waiting.splice(0)) reject(new ClosedError())
    await Promise.all(this.idle.splice(0).map((connection) => connection.close()))
  }
}
