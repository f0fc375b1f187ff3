/** Scripts and functions of one server. */
import { E, ReplyError } from '../resp/errors.ts'
import type { Server } from '../server/server.ts'
import type { Session } from '../server/session.ts'
import type { Command } from '../spec/command.ts'
import { sha1Hex } from '../util/digest.ts'
import { parseInteger } from '../util/numbers.ts'
import { FunctionLibraries } from './function-libraries.ts'
import { type Chunk, compile, type LuaFunction, type LuaState, LuaSyntaxError, LuaTable } from './lua/index.ts'
import { evalOnlyFields, redisFields } from './redis-library.ts'
import { createSandbox } from './sandbox.ts'
import { commandFlags, readScriptHead } from './script-flags.ts'
import { ScriptRunner } from './script-run.ts'

/** A script kept by its SHA1, compiled once. */
interface Script {
  readonly sha: string
  readonly body: string
  /** Bits of ScriptFlag. */
  readonly flags: number
  readonly chunk: Chunk
  readonly main: LuaFunction
}

const NO_ARGUMENTS: readonly [] = []

export class Scripting {
  readonly runner: ScriptRunner
  readonly libraries: FunctionLibraries
  private readonly server: Server
  private lua: LuaState | null = null
  private scripts = new Map<string, Script>()
  /** The same by source, which spares EVAL the digest. */
  private byBody = new Map<string, Script>()
  private bodyBytes = 0

  constructor(server: Server) {
    this.server = server
    this.runner = new ScriptRunner(server)
    this.libraries = new FunctionLibraries(server, this.runner)
  }

  private get state(): LuaState {
    this.lua ??= createSandbox({
      deprecatedApi: this.server.config.luaEnableDeprecatedApi,
      redis: { ...redisFields(this.server, this.runner), ...evalOnlyFields },
      preemption: this.runner.preemption,
    })
    return this.lua
  }

  /** Number of scripts kept. */
  get count(): number {
    return this.scripts.size
  }

  /** Bytes of their sources. */
  get sourceBytes(): number {
    return this.bodyBytes
  }

  has(sha: string): boolean {
    return this.scripts.has(sha.toLowerCase())
  }

  /** The source of a script; null when it is not kept. */
  bodyOf(sha: string): string | null {
    return this.scripts.get(sha.toLowerCase())?.body ?? null
  }

  /** Compiles and keeps a script. Throws a ReplyError. */
  load(body: string): Script {
    const known = this.byBody.get(body)
    if (known !== undefined) return known
    const head = readScriptHead(body)
    if (head instanceof ReplyError) throw head
    const script = this.compile(body, head.code, head.flags)
    this.scripts.set(script.sha, script)
    this.byBody.set(body, script)
    this.bodyBytes += body.length
    return script
  }

  private compile(body: string, code: string, flags: number): Script {
    try {
      const chunk = compile(code, '@user_script')
      return { sha: sha1Hex(body), body, flags, chunk, main: this.state.load(chunk) }
    } catch (caught) {
      if (caught instanceof LuaSyntaxError) throw E.scriptCompile(String(caught.value))
      throw caught
    }
  }

  /** SCRIPT FLUSH: forgets every script and all they left behind. */
  flush(): void {
    this.scripts = new Map()
    this.byBody = new Map()
    this.bodyBytes = 0
    this.lua = null
  }

  /** Runs EVAL, EVALSHA and their read-only forms; `argv` is the whole request. Throws a ReplyError. */
  eval(session: Session, argv: readonly string[], bySha: boolean, readOnly: boolean): void {
    if (bySha && argv[1].length !== 40) throw E.scriptNoScript
    const keyCount = this.keyCount(argv, false)
    const script = bySha ? (this.scripts.get(argv[1]) ?? this.scripts.get(argv[1].toLowerCase())) : this.load(argv[1])
    if (script === undefined) throw E.scriptNoScript
    const { state } = this
    const { globals } = state
    globals.put('KEYS', wordTable(argv, 3, 3 + keyCount))
    globals.put('ARGV', wordTable(argv, 3 + keyCount, argv.length))
    this.runner.run(session, {
      state,
      fn: script.main,
      args: NO_ARGUMENTS,
      name: script.sha,
      source: '@user_script',
      isEval: true,
      argv,
      flags: script.flags,
      readOnly,
    })
  }

  /** Runs FCALL and FCALL_RO. Throws a ReplyError. */
  call(session: Session, argv: readonly string[], readOnly: boolean): void {
    const found = this.libraries.set.find(argv[1])
    if (found === undefined) throw E.functionNotFound
    this.libraries.call(session, found, argv, this.keyCount(argv, true), readOnly)
  }

  /** The number of keys a request announces. Throws a ReplyError. */
  private keyCount(argv: readonly string[], ofFunction: boolean): number {
    const n = parseInteger(argv[2])
    if (n !== n) throw ofFunction ? E.functionBadKeyCount : E.notInteger
    if (n > argv.length - 3) throw E.numkeysTooMany
    if (n < 0) throw E.scriptKeysNegative
    return n
  }

  /** A command's flags, which for those that run a script depend on what the script declares. */
  flagsOf(command: Command, argv: readonly string[]): number {
    const { flags } = command
    switch (command.name) {
      case 'eval':
      case 'eval_ro': {
        const head = this.byBody.get(argv[1]) ?? readScriptHead(argv[1])
        return head instanceof ReplyError ? flags : commandFlags(flags, head.flags)
      }
      case 'evalsha':
      case 'evalsha_ro': {
        const script = this.scripts.get(argv[1].toLowerCase())
        return script === undefined ? flags : commandFlags(flags, script.flags)
      }
      case 'fcall':
      case 'fcall_ro': {
        const found = this.libraries.set.find(argv[1])
        return found === undefined ? flags : commandFlags(flags, found.flags)
      }
      default:
        return flags
    }
  }

  /** What clients are told while a script takes long. */
  get busyError() {
    return this.runner.current?.isEval === false ? E.functionBusy : E.busy
  }
}

function wordTable(argv: readonly string[], from: number, to: number): LuaTable {
  if (from === to) return new LuaTable()
  const items: (string | undefined)[] = [undefined]
  for (let i = from; i < to; i++) items.push(argv[i])
  return new LuaTable(items)
}
