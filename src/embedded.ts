/** Keyper inside another program: a server without a socket if wanted, and commands as function calls. */
import { type App, type AppOptions, startApp } from './app.ts'
import { Config } from './config/config.ts'
import { CaptureReply, CommandFailure, type ReplyValue } from './resp/capture.ts'
import type { Session } from './server/session.ts'

export interface ServerSettings extends Omit<AppOptions, 'config'> {
  /**
   * Directives as in redis.conf: `{ port: '6379', maxmemory: '100mb' }`. Default: no listening port, nothing saved, and
   * no dump loaded unless `dir` or `dbfilename` says where one may be.
   */
  readonly directives?: Readonly<Record<string, string>>
}

export interface KeyperServer extends App {
  /**
   * Runs one command in this process and returns its reply as plain values: bulks as strings of one char a byte,
   * arrays as arrays, maps as Maps, nulls as null. Rejects nothing: an error reply throws a `CommandError`.
   */
  command(...argv: (string | number)[]): ReplyValue
  /**
   * Listens to one channel, as SUBSCRIBE does; messages are strings of one char a byte. The listener runs while the
   * publishing command does: it must neither throw nor run commands. Returns what ends it.
   */
  subscribe(channel: string, listener: (message: string) => void): () => void
}

/** An error reply, thrown by `command`. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** Starts a server in this process. Rejects with a clear message on a bad directive, a bad dump or a port in use. */
export async function createServer(settings: ServerSettings = {}): Promise<KeyperServer> {
  const config = new Config()
  const { directives = {}, ...rest } = settings
  const place = 'dir' in directives ? {} : { dbfilename: '' }
  for (const [name, value] of Object.entries({ port: '0', save: '', ...place, ...directives })) {
    const error = config.load(name, value)
    if (error !== null) throw new Error(error)
  }
  const app = await startApp({ ...rest, config })
  const session: Session = app.server.openSession(null)
  return {
    ...app,
    command(...argv) {
      const capture = new CaptureReply()
      session.reply = capture
      app.server.refreshTime()
      app.server.run(session, argv.map(String))
      app.server.endBatch()
      // The caller has the reply when this returns, so it must be in the append-only file by then.
      app.server.persistence.aof.settle()
      const value = capture.take()
      if (value instanceof CommandFailure) throw new CommandError(value.message)
      return value
    },
    subscribe(channel, listener) {
      const { pubsub } = app.server
      const listening = app.server.openSession(null)
      listening.push = (encoded) => listener(lastBulk(encoded))
      pubsub.subscribe(listening, 'channel', channel)
      return () => pubsub.release(listening)
    },
  }
}

/** The message of an encoded `message` push: three bulks, the channel's name between two lengths. */
function lastBulk(encoded: string): string {
  let at = 0
  let length = 0
  for (let bulk = 0; bulk < 3; bulk++) {
    const header = encoded.indexOf('$', at)
    const end = encoded.indexOf('\r\n', header)
    length = Number(encoded.slice(header + 1, end))
    at = end + 2 + length
  }
  return encoded.slice(at - length, at)
}
