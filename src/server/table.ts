/** The command table: names to compiled commands, subcommands under their containers. */
import type { Command } from '../spec/command.ts'

export class CommandTable {
  /** By lower-case and upper-case name: clients send one of the two. */
  private readonly byName = new Map<string, Command>()
  /** Top-level commands in alphabetical order. */
  readonly all: readonly Command[]

  constructor(declared: readonly Command[]) {
    // Each server counts for itself: several may live in one process.
    const commands = declared.map(
      (command): Command => ({
        ...command,
        subcommands: command.subcommands === null ? null : new Map(),
        stats: { calls: 0, usec: 0, rejected: 0, failed: 0 },
      }),
    )
    const top: Command[] = []
    for (const command of commands) {
      if (command.firstArg > 1) continue
      this.byName.set(command.name, command).set(command.name.toUpperCase(), command)
      top.push(command)
    }
    for (const command of commands) {
      if (command.firstArg === 1) continue
      const [container, subcommand] = command.declaration.name.split(' ')
      const parent = this.byName.get(container)
      if (parent?.subcommands == null) throw new Error(`${command.name} has no container`)
      parent.subcommands.set(subcommand, command)
    }
    this.all = top.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The top-level command of a name in any case. */
  get(name: string): Command | undefined {
    return this.byName.get(name) ?? this.byName.get(name.toLowerCase())
  }

  /** `config|get` and `get` alike. */
  getFull(name: string): Command | undefined {
    const bar = name.indexOf('|')
    if (bar < 0) return this.get(name)
    return this.get(name.slice(0, bar))?.subcommands?.get(name.slice(bar + 1).toUpperCase())
  }

  /** Every command and subcommand. */
  *each(): Generator<Command> {
    for (const command of this.all) {
      yield command
      if (command.subcommands !== null) yield* command.subcommands.values()
    }
  }
}
