/** The command table: names to compiled commands, subcommands under their containers. */
import type { Command } from '../spec/command.ts'
import { helpCommand } from '../spec/help.ts'

export class CommandTable {
  /** By lower-case and upper-case name: clients send one of the two. */
  private readonly byName = new Map<string, Command>()
  /** Top-level commands in alphabetical order. */
  all: readonly Command[]

  constructor(declared: readonly Command[]) {
    // Each server counts for itself: several may live in one process.
    const commands = declared.map(
      (command): Command => ({
        ...command,
        subcommands: command.subcommands === null ? null : new Map(),
        stats: { calls: 0, usec: 0, rejected: 0, failed: 0, histogram: null },
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
    for (const container of top) container.subcommands?.set('HELP', helpCommand(container))
    this.all = top.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The top-level command of a name in any case. */
  get(name: string): Command | undefined {
    return this.byName.get(name) ?? this.byName.get(name.toLowerCase())
  }

  /** `rename-command`: gives a command another name, or with an empty one takes it away. The reason when it cannot. */
  rename(name: string, newName: string): string | null {
    const command = this.get(name)
    if (command === undefined) return 'no such command'
    if (newName !== '' && this.get(newName) !== undefined) return 'there is a command of that name already'
    this.byName.delete(name.toLowerCase())
    this.byName.delete(name.toUpperCase())
    if (newName === '') this.all = this.all.filter((other) => other !== command)
    else this.byName.set(newName.toLowerCase(), command).set(newName.toUpperCase(), command)
    return null
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
