/** Gathers what a command, an EXEC or a script changed, and hands it to replicas, the append-only file and mirrors. */
import type { Propagation } from '../spec/context.ts'

/** Takes the stream of effects. SELECT is the sink's own affair. */
export interface PropagationSink {
  append(db: number, argv: readonly string[]): void
  /** True of the append-only file: it is given what changes data, not the messages for replicas. */
  readonly dataOnly?: boolean
}

const MULTI = ['MULTI']
const EXEC = ['EXEC']

export class Propagator implements Propagation {
  /** How the running command wants its effect told. */
  private mode: 'request' | 'words' | 'none' = 'request'
  private words: string[][] = []
  /** Effects of the running unit: one command, or a whole EXEC or script. */
  private readonly dbs: number[] = []
  private readonly commands: (readonly string[])[] = []
  private commandsBegun = 0
  private isApart = false
  /** Nothing is propagated: files are being loaded. */
  muted = false
  /** Bits: 1, the append-only file is told of what is added; 2, replicas are (redis.set_repl). */
  reach = 3
  /** Those of `commands` for replicas only: messages, and what a script keeps from the file. */
  private readonly messages = new Set<readonly string[]>()
  /** Those of `commands` for the append-only file only. */
  private readonly unreplicated = new Set<readonly string[]>()
  readonly sinks: PropagationSink[] = []

  get isHeard(): boolean {
    return this.sinks.length > 0 && !this.muted
  }

  as(...argv: string[]): void {
    this.mode = 'words'
    this.words = [argv]
  }

  also(...argv: string[]): void {
    this.words.push(argv)
  }

  toReplicas(...argv: string[]): void {
    if (this.sinks.length === 0 || this.muted) return
    this.as(...argv)
    this.messages.add(this.words[0])
  }

  none(): void {
    this.mode = 'none'
    if (this.words.length > 0) this.words = []
  }

  apart(): void {
    this.isApart = true
  }

  /** Before each command. */
  begin(): void {
    this.commandsBegun++
    this.reset()
  }

  private reset(): void {
    this.mode = 'request'
    if (this.words.length > 0) this.words = []
  }

  /** After each command: `changed` tells whether the dirty counter moved. */
  commandDone(db: number, argv: readonly string[], changed: boolean): void {
    if (this.mode === 'request') {
      if (changed) this.add(db, argv)
      else if (this.words.length === 0) return
    } else if (this.mode === 'none') return
    for (const words of this.words) this.add(db, words)
    this.reset()
  }

  /** Adds an effect to the unit directly: expired and evicted keys. */
  add(db: number, argv: readonly string[]): void {
    if (this.sinks.length === 0 || this.muted) return
    if (this.reach !== 3) {
      if (this.reach === 0) return
      if (this.reach === 1) this.unreplicated.add(argv)
      else this.messages.add(argv)
    }
    this.dbs.push(db)
    this.commands.push(argv)
  }

  /** Ends a unit: several effects travel between MULTI and EXEC, so that they are applied as one. */
  flush(): void {
    const { dbs, commands } = this
    const n = commands.length
    const apart = this.isApart && this.commandsBegun === 1
    this.commandsBegun = 0
    this.isApart = false
    if (n === 0) return
    if (apart) return this.flushEach()
    for (const sink of this.sinks) {
      const left = sink.dataOnly === true ? this.messages : this.unreplicated
      if (left.size > 0) {
        this.appendSome(sink, left)
        continue
      }
      if (n > 1) sink.append(dbs[0], MULTI)
      for (let i = 0; i < n; i++) sink.append(dbs[i], commands[i])
      if (n > 1) sink.append(dbs[n - 1], EXEC)
    }
    this.forget()
  }

  /** Ends a unit whose effects stand alone: keys that expired together are no transaction. */
  flushEach(): void {
    const { dbs, commands } = this
    for (const sink of this.sinks) {
      for (let i = 0; i < commands.length; i++) {
        const left = sink.dataOnly === true ? this.messages : this.unreplicated
        if (!left.has(commands[i])) sink.append(dbs[i], commands[i])
      }
    }
    this.forget()
  }

  /** Ends a unit for a sink that is not told all of it. */
  private appendSome(sink: PropagationSink, left: ReadonlySet<readonly string[]>): void {
    const { dbs, commands } = this
    const kept = [...commands.keys()].filter((i) => !left.has(commands[i]))
    if (kept.length > 1) sink.append(dbs[kept[0]], MULTI)
    for (const i of kept) sink.append(dbs[i], commands[i])
    if (kept.length > 1) sink.append(dbs[kept[kept.length - 1]], EXEC)
  }

  private forget(): void {
    this.dbs.length = 0
    this.commands.length = 0
    if (this.messages.size > 0) this.messages.clear()
    if (this.unreplicated.size > 0) this.unreplicated.clear()
  }
}
