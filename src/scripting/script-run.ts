/** Runs Lua functions as scripts: one at a time, each whole, with the commands it calls. */
import { getHeapStatistics } from 'node:v8'
import { E, ReplyError } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import { Restriction, ServerRestriction } from '../spec/restrictions.ts'
import { formatDouble17 } from '../util/numbers.ts'
import { asLuaError, LuaError, type LuaFunction, type LuaState, LuaTable, type LuaValue } from './lua/index.ts'
import { formatNumber } from './lua/numbers.ts'
import { where } from './lua/sites.ts'
import { LuaReply, tableOf } from './lua-reply.ts'
import { errorReply, replyValue } from './reply-value.ts'
import { PlacedError } from './sandbox.ts'
import { ScriptFlag } from './script-flags.ts'

/** What is known about the script that runs. */
export interface Run {
  readonly caller: Session
  /** The SHA1 of a script, or the name of a function. */
  readonly name: string
  readonly isEval: boolean
  readonly argv: readonly string[]
  readonly flags: number
  /** No command that writes may run. */
  readonly readOnly: boolean
  /** What commands that may grow the data reply: there was no room when the script began. */
  readonly memoryError: ReplyError | null
  /** Microseconds of the monotonic clock. */
  readonly startedUs: number
  /** A command that writes was called. */
  wrote: boolean
  /** It is over busy-reply-threshold. */
  slow: boolean
  killed: boolean
}

/** Ends a script for good: no pcall of it catches this. */
class Killed {
  readonly place = where(1)
}

/** The share of the heap at which a script that goes on growing is ended, rather than the process. */
const HEAP_SHARE = 0.9
/** Work between two looks at the clock, in steps; and at the heap, in looks at the clock. */
const LOOKS_BETWEEN_HEAP = 8
/** The least time between two looks at other clients, in microseconds. */
const POLL_US = 10_000

/** The beginning of messages: in the script itself, or in a text that it loaded. */
const PLACE = /^(?:user_script|user_function|\[string "(.*?)"\]):(\d+): /s

/** Where effects of commands go, as redis.set_repl says it. */
export const Reach = { none: 0, log: 1, replicas: 2, all: 3 } as const

export class ScriptRunner {
  current: Run | null = null
  private readonly server: Server
  private readonly reply = new LuaReply()
  /** In which the commands of scripts run. */
  private lua: Session | null = null
  /** Also commands that are not for scripts: for tests (DEBUG SET-DISABLE-DENY-SCRIPTS). */
  anyCommand = false
  private looks = 0
  private nextPollUs = 0

  constructor(server: Server) {
    this.server = server
  }

  private get session(): Session {
    if (this.lua === null) {
      this.lua = this.server.openSession(null)
      this.lua.reply = this.reply
      this.lua.mayBlock = false
      this.lua.isScript = true
    }
    return this.lua
  }

  /**
   * Runs a function for a client, and replies what it returns. `before` says why it must not run. `source` is the name
   * of its chunk.
   */
  run(
    caller: Session,
    what: {
      readonly state: LuaState
      readonly fn: LuaFunction
      readonly args: readonly LuaValue[]
      readonly name: string
      readonly source: string
      readonly isEval: boolean
      readonly argv: readonly string[]
      readonly flags: number
      readonly readOnly: boolean
    },
  ): void {
    const { server } = this
    const memoryError = this.memoryError(caller)
    const refused = this.verdict(caller, what.flags, what.readOnly, memoryError)
    if (refused !== null) throw refused
    const { session, reply } = this
    const { flags } = what
    const compatible = (flags & ScriptFlag.compatible) !== 0
    session.db = caller.db
    session.user = caller.user
    session.restrict(Restriction.limitedUser, (caller.restrictions & Restriction.limitedUser) !== 0)
    session.noTouch = caller.noTouch
    reply.protocol = 2
    const run: Run = {
      caller,
      name: what.name,
      isEval: what.isEval,
      argv: what.argv,
      flags: compatible ? 0 : flags,
      readOnly: what.readOnly || (!compatible && (flags & ScriptFlag.noWrites) !== 0),
      startedUs: server.store.clock.monotonicUs(),
      memoryError,
      wrote: false,
      slow: false,
      killed: false,
    }
    this.current = run
    this.looks = 0
    try {
      const [value] = what.state.call(what.fn, what.args)
      this.finish(run)
      replyValue(caller.reply, value, reply.protocol, (error, counted) => this.replyError(caller, error, counted))
    } catch (caught) {
      this.finish(run)
      this.failed(run, what.source, caught)
    }
  }

  /** Leaves everything as it was before the script. */
  private finish(run: Run): void {
    const { server } = this
    this.current = null
    server.propagation.reach = Reach.all
    // The commands have told their own effects.
    server.propagation.none()
    if (run.slow) server.restrict(ServerRestriction.busy, false)
  }

  private replyError(caller: Session, error: ReplyError, counted: boolean): void {
    if (!counted) this.server.stats.countError(error)
    if (caller.lastCommand !== null) caller.lastCommand.stats.failed++
    caller.reply.error(error)
  }

  private failed(run: Run, source: string, caught: unknown): void {
    let message: string | null = null
    let place = ''
    let counted = false
    if (caught instanceof Killed) {
      message = `ERR Script killed by user with ${run.isEval ? 'SCRIPT' : 'FUNCTION'} KILL...`
      if (!run.isEval) message = 'ERR Script killed by user with SCRIPT KILL...'
      place = caught.place
    } else {
      const error = asLuaError(caught)
      if (error === undefined) throw caught
      const { value } = error
      if (error instanceof PlacedError) ({ place } = error)
      if (value instanceof LuaTable) {
        const err = value.get('err')
        if (typeof err === 'string' || typeof err === 'number') message = String(err)
        counted = value.get('ignore_error_stats_update') === true
      } else message = `ERR ${shownValue(value)}`
    }
    const [, text, line] = PLACE.exec(place === '' ? (message ?? '').replace(/^ERR /, '') : place) ?? []
    const at = line === undefined ? '' : ` script: ${run.name}, on ${text ?? source}:${line}.`
    this.replyError(run.caller, errorReply(`${message ?? '(null)'}${at}`), counted)
  }

  /** Why a script must not begin; null when it may. */
  private verdict(
    caller: Session,
    flags: number,
    readOnlyCommand: boolean,
    memoryError: ReplyError | null,
  ): ReplyError | null {
    const { server } = this
    const r = server.restrictions
    if ((flags & ScriptFlag.compatible) !== 0) {
      return (r & ServerRestriction.stale) !== 0 && (caller.restrictions & Restriction.master) === 0
        ? E.masterDown
        : null
    }
    const obeyed = (caller.restrictions & Restriction.master) !== 0
    if (!obeyed && (r & ServerRestriction.stale) !== 0 && (flags & ScriptFlag.allowStale) === 0) {
      return E.scriptStale
    }
    if ((flags & ScriptFlag.noWrites) === 0) {
      if (!obeyed) {
        if ((r & ServerRestriction.readonlyReplica) !== 0) return E.scriptReadonlyReplica
        if ((r & ServerRestriction.saveFailing) !== 0) return E.scriptMisconf
        if ((r & ServerRestriction.appendFailing) !== 0) return E.scriptMisconfAof(server.persistence.aof.failure)
      }
      if (readOnlyCommand) return E.scriptWriteInReadOnly
      if (!obeyed && (r & ServerRestriction.tooFewReplicas) !== 0) return E.noReplicas
      if (memoryError !== null && (flags & ScriptFlag.allowOom) === 0) return E.scriptOom
    }
    return null
  }

  /** Makes room before a script, as far as it may; null when there is some. */
  private memoryError(caller: Session): ReplyError | null {
    const { server } = this
    if ((server.restrictions & ServerRestriction.memoryLimit) === 0) return null
    if ((caller.restrictions & Restriction.master) !== 0) return null
    if (caller.mayBlock) return server.memoryVerdict()
    // In the middle of a transaction nothing is evicted: its effects are not whole yet.
    const { eviction } = server.store
    return eviction.bytes > eviction.limit ? E.oom : null
  }

  // ---- commands

  /** redis.call and redis.pcall. */
  command(args: readonly LuaValue[], raise: boolean): LuaValue {
    const run = this.current
    if (run === null) {
      throw new PlacedError(tableOf('err', 'ERR redis.call/pcall can only be called inside a script invocation'))
    }
    const argv = wordsOf(args)
    if (argv instanceof ReplyError) return failure(tableOf('err', argv.message), raise)
    const { server } = this
    let command = server.table.get(argv[0])
    if (command !== undefined && command.subcommands !== null && argv.length > 1) {
      command = command.subcommands.get(argv[1]) ?? command.subcommands.get(argv[1].toUpperCase())
    }
    const error = this.refusal(run, command, argv)
    if (error !== null) {
      if (command !== undefined) command.stats.rejected++
      server.stats.countError(error)
      const table = tableOf('err', error.message)
      table.put('ignore_error_stats_update', true)
      return failure(table, raise)
    }
    if ((command!.flags & Flag.write) !== 0) run.wrote = true
    const { reply, session } = this
    reply.begin()
    server.call(session, command!, argv)
    if (run.caller.tracking !== null) {
      server.tracking.commandDone(run.caller, command!, argv)
      if ((command!.flags & Flag.readonly) !== 0) server.tracking.scriptRead(run.caller, run.argv)
    }
    const value = reply.take()
    if (raise && reply.failed) throw new PlacedError(value)
    return value
  }

  /** What redis.acl_check_cmd answers. */
  mayRun(args: readonly LuaValue[]): boolean {
    const run = this.current
    if (run === null) {
      throw new PlacedError(tableOf('err', 'ERR redis.acl_check_cmd can only be called inside a script invocation'))
    }
    const argv = wordsOf(args)
    if (argv instanceof ReplyError) throw new PlacedError(tableOf('err', argv.message))
    const { server } = this
    let command = server.table.get(argv[0])
    if (command !== undefined && command.subcommands !== null && argv.length > 1) {
      command = command.subcommands.get(argv[1]) ?? command.subcommands.get(argv[1].toUpperCase())
    }
    if (command === undefined) {
      throw new PlacedError(tableOf('err', 'ERR Invalid command passed to redis.acl_check_cmd()'))
    }
    if ((run.caller.restrictions & Restriction.limitedUser) === 0) return true
    return server.acl.permits(run.caller, command, argv)
  }

  private refusal(run: Run, command: Command | undefined, argv: readonly string[]): ReplyError | null {
    if (command === undefined) return E.scriptNoCommand
    const { arity, flags } = command
    if (arity > 0 ? argv.length !== arity : argv.length < -arity) return E.scriptArity
    if ((flags & Flag.noscript) !== 0 && !this.anyCommand) return E.scriptNotAllowed
    const { server } = this
    const { caller } = run
    const r = server.restrictions
    if ((r & ServerRestriction.stale) !== 0 && (flags & Flag.stale) === 0) return E.scriptStaleCommand
    if ((caller.restrictions & Restriction.limitedUser) !== 0) {
      const denied = server.authorize(caller, command, argv, 'lua')
      if (denied !== null) return deniedInScript(denied)
    }
    if (run.readOnly && (flags & (Flag.write | Flag.may_replicate)) !== 0) return E.scriptReadOnly
    // What has begun to write must be able to go on.
    if (r === 0 || run.wrote || (caller.restrictions & Restriction.master) !== 0) return null
    if ((flags & Flag.write) !== 0) {
      if ((r & ServerRestriction.readonlyReplica) !== 0) return E.readonlyReplica
      if ((r & ServerRestriction.saveFailing) !== 0) return E.misconf
      if ((r & ServerRestriction.appendFailing) !== 0) return E.misconfAof(server.persistence.aof.failure)
      if ((r & ServerRestriction.tooFewReplicas) !== 0) return E.noReplicas
    }
    if ((flags & Flag.denyoom) !== 0 && (run.flags & ScriptFlag.allowOom) === 0) return run.memoryError
    return null
  }

  /** redis.setresp. */
  setProtocol(version: 2 | 3): void {
    this.reply.protocol = version
  }

  // ---- scripts that take long

  /** Called about every millisecond while Lua code runs. */
  readonly preemption = (): void => {
    const run = this.current
    if (run === null) return
    const { server } = this
    if (++this.looks % LOOKS_BETWEEN_HEAP === 0) {
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
      if (used > limit * HEAP_SHARE) throw new LuaError(`${where(1)}not enough memory`)
    }
    const now = server.store.clock.monotonicUs()
    const thresholdMs = server.config.busyReplyThreshold
    if (!run.slow) {
      if (thresholdMs <= 0 || now - run.startedUs < thresholdMs * 1000) return
      run.slow = true
      server.log.warning(
        `Slow script detected: still in execution after ${Math.floor((now - run.startedUs) / 1000)} milliseconds. You can try killing the script using the ${run.isEval ? 'SCRIPT KILL' : 'FUNCTION KILL'} command. Script name is: ${run.name}.`,
      )
      server.restrict(ServerRestriction.busy, true)
      this.nextPollUs = 0
    }
    if (now >= this.nextPollUs) {
      server.serveOthers()
      const after = server.store.clock.monotonicUs()
      this.nextPollUs = after + Math.max(POLL_US, (after - now) * 10)
    }
    if (run.killed) {
      server.log.warning('Lua script killed by user with SCRIPT KILL.')
      throw new Killed()
    }
  }

  /** SCRIPT KILL and FUNCTION KILL. Throws a ReplyError. */
  kill(isEval: boolean): void {
    const run = this.current
    if (run === null) throw E.scriptNotBusy
    if ((run.caller.restrictions & Restriction.master) !== 0) throw E.scriptUnkillableFromMaster
    if (run.wrote) throw E.scriptUnkillable
    if (isEval !== run.isEval) throw run.isEval ? E.busy : E.functionBusy
    run.killed = true
  }

  /** Ends the script that runs, whatever it did: the server ends. */
  abandon(): void {
    if (this.current !== null) this.current.killed = true
  }
}

/** A refusal by the access rules, as scripts are told of it. */
function deniedInScript({ message }: ReplyError): ReplyError {
  if (message === E.noPermKey.message) return E.scriptNoPermKey
  return message === E.noPermChannel.message ? E.scriptNoPermChannel : E.scriptNoPermCommand
}

function failure(table: LuaTable, raise: boolean): LuaValue {
  if (raise) throw new PlacedError(table)
  return table
}

function shownValue(value: LuaValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatNumber(value)
  return value === undefined ? 'nil' : String(value)
}

/** The words of a request; or what is wrong with them. */
function wordsOf(args: readonly LuaValue[]): string[] | ReplyError {
  const words = new Array<string>(args.length)
  if (words.length === 0) return E.scriptNoArguments
  for (let i = 0; i < words.length; i++) {
    const value = args[i]
    if (typeof value === 'string') words[i] = value
    else if (typeof value === 'number') words[i] = formatDouble17(value)
    else return E.scriptArguments
  }
  return words
}
