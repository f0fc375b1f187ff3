/** Counters behind INFO, reset by CONFIG RESETSTAT. */
import type { ReplyError } from '../resp/errors.ts'

const MOST_ERROR_KINDS = 128

export class Stats {
  connections = 0
  rejectedConnections = 0
  commands = 0
  netInputBytes = 0
  netOutputBytes = 0
  replicationInputBytes = 0
  replicationOutputBytes = 0
  syncFull = 0
  syncPartialOk = 0
  syncPartialErr = 0
  errorReplies = 0
  clientsOverOutputLimit = 0
  clientsOverInputLimit = 0
  /** Big values and flushed keys whose memory came free after the command. */
  lazyfreed = 0
  unexpectedErrors = 0
  /** What ACL rules denied, and logins that failed. */
  readonly aclDenied = { auth: 0, command: 0, key: 0, channel: 0 }
  reads = 0
  writes = 0
  /** Error replies by their first word. */
  readonly errors = new Map<string, number>()
  private lastOps = 0
  private lastInput = 0
  private lastOutput = 0
  private lastSampleMs = 0
  /** Per second, sampled by the cron. */
  opsPerSecond = 0
  inputBytesPerSecond = 0
  outputBytesPerSecond = 0

  countError(error: ReplyError): void {
    this.errorReplies++
    const { message } = error
    const space = message.indexOf(' ')
    const kind = space < 0 ? message : message.slice(0, space)
    const count = this.errors.get(kind)
    if (count !== undefined) this.errors.set(kind, count + 1)
    else if (this.errors.size < MOST_ERROR_KINDS) this.errors.set(kind, 1)
  }

  sample(nowMs: number): void {
    const seconds = (nowMs - this.lastSampleMs) / 1000
    if (seconds > 0 && this.lastSampleMs > 0) {
      this.opsPerSecond = Math.round((this.commands - this.lastOps) / seconds)
      this.inputBytesPerSecond = (this.netInputBytes - this.lastInput) / seconds
      this.outputBytesPerSecond = (this.netOutputBytes - this.lastOutput) / seconds
    }
    this.lastSampleMs = nowMs
    this.lastOps = this.commands
    this.lastInput = this.netInputBytes
    this.lastOutput = this.netOutputBytes
  }

  reset(): void {
    Object.assign(this.aclDenied, { auth: 0, command: 0, key: 0, channel: 0 })
    this.connections = this.rejectedConnections = this.commands = 0
    this.netInputBytes = this.netOutputBytes = this.replicationInputBytes = this.replicationOutputBytes = 0
    this.syncFull = this.syncPartialOk = this.syncPartialErr = 0
    this.errorReplies =
      this.lazyfreed =
      this.clientsOverInputLimit =
      this.clientsOverOutputLimit =
      this.unexpectedErrors =
      this.reads =
      this.writes =
        0
    this.lastOps = this.lastInput = this.lastOutput = 0
    this.errors.clear()
  }
}
