import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A real redis-server on a unix socket, for differential tests of single functions. Commands and replies are latin1
 * strings. Only what these tests need: replies are strings, integers as numbers, arrays, null, and Error for errors.
 */
export type Reply = string | number | null | Error | Reply[]

/** True when redis-server can be run. Under CI its absence is a failure, elsewhere one line of explanation. */
export function redisAvailable(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true
  if (process.env['CI'] === 'true') throw new Error('redis-server is required under CI')
  console.log('skipped: redis-server is not installed')
  return false
}

export class RedisOracle {
  private readonly server: ChildProcess
  private readonly directory: string
  private readonly socket: Socket
  /** The unix socket, for tests that need a connection of their own. */
  readonly path: string
  private input = ''
  private waiting: { count: number; replies: Reply[]; resolve: (replies: Reply[]) => void }[] = []

  private constructor(server: ChildProcess, directory: string, path: string, socket: Socket) {
    this.server = server
    this.directory = directory
    this.socket = socket
    this.path = path
    socket.setEncoding('latin1')
    socket.on('data', (text) => this.receive(String(text)))
  }

  static async start(...options: string[]): Promise<RedisOracle> {
    const directory = mkdtempSync(join(tmpdir(), 'oracle-'))
    const path = join(directory, 'socket')
    const args = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', directory]
    const server = spawn('redis-server', [...args, ...options], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise<void>((resolve, reject) => {
      let log = ''
      server.stdout.on('data', (text) => {
        log += String(text)
        if (/accept connections at/.test(log)) resolve()
      })
      server.on('exit', () => reject(new Error('redis-server did not start:\n' + log)))
    })
    const socket = connect(path)
    await once(socket, 'connect')
    return new RedisOracle(server, directory, path, socket)
  }

  /** Sends commands in one batch and returns their replies in order. */
  pipeline(commands: readonly (readonly string[])[]): Promise<Reply[]> {
    if (commands.length === 0) return Promise.resolve([])
    return new Promise((resolve) => {
      this.waiting.push({ count: commands.length, replies: [], resolve })
      const text = commands.map((args) => '*' + args.length + '\r\n' + args.map(bulk).join(''))
      this.socket.write(text.join(''), 'latin1')
    })
  }

  async call(...args: string[]): Promise<Reply> {
    return (await this.pipeline([args]))[0]
  }

  /** Sends bytes as they are and waits for `count` replies. */
  raw(text: string, count: number): Promise<Reply[]> {
    return new Promise((resolve) => {
      this.waiting.push({ count, replies: [], resolve })
      this.socket.write(text, 'latin1')
    })
  }

  async stop(): Promise<void> {
    this.socket.destroy()
    const exited = once(this.server, 'exit')
    this.server.kill('SIGKILL')
    await exited
    rmSync(this.directory, { recursive: true, force: true })
  }

  private receive(text: string): void {
    this.input += text
    let at = 0
    for (;;) {
      const parsed = parseReply(this.input, at)
      if (parsed === undefined) break
      at = parsed.end
      const first = this.waiting[0]
      first.replies.push(parsed.reply)
      if (first.replies.length === first.count) {
        this.waiting.shift()
        first.resolve(first.replies)
      }
    }
    this.input = this.input.slice(at)
  }
}

function bulk(arg: string): string {
  return '$' + arg.length + '\r\n' + arg + '\r\n'
}

function parseReply(text: string, at: number): { reply: Reply; end: number } | undefined {
  const eol = text.indexOf('\r\n', at)
  if (eol < 0) return undefined
  const line = text.slice(at + 1, eol)
  let end = eol + 2
  switch (text[at]) {
    case '+':
      return { reply: line, end }
    case '-':
      return { reply: new Error(line), end }
    case ':':
      return { reply: Number(line), end }
    case '$': {
      if (line === '-1') return { reply: null, end }
      const length = Number(line)
      if (text.length < end + length + 2) return undefined
      return { reply: text.slice(end, end + length), end: end + length + 2 }
    }
    case '*': {
      if (line === '-1') return { reply: null, end }
      const items: Reply[] = []
      for (let i = Number(line); i > 0; i--) {
        const item = parseReply(text, end)
        if (item === undefined) return undefined
        items.push(item.reply)
        end = item.end
      }
      return { reply: items, end }
    }
    default:
      throw new Error('unexpected reply ' + JSON.stringify(text.slice(at, at + 50)))
  }
}
