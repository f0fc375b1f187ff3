/**
 * The commands as ACL rules name them: under their own names, whatever `rename-command` did to them.
 * Filled from the command table before anything is renamed.
 *
 * To rules DEBUG is one command, as in Redis; one of its subcommands is permitted as a first argument.
 */

import type { CommandTable } from '../server/table.ts'
import { aclCategories, CATEGORIES } from '../spec/categories.ts'
import type { Command } from '../spec/command.ts'

export class CommandDirectory {
  private readonly byName = new Map<string, Command>()
  /** Containers by the names of their subcommands. */
  private readonly parents = new Map<string, Command>()
  private readonly byCategory = new Map<string, Command[]>()
  /** Every command and subcommand. */
  readonly all: readonly Command[]

  constructor(table: CommandTable) {
    for (const command of table.all) {
      for (const subcommand of command.subcommands?.values() ?? []) this.parents.set(subcommand.name, command)
    }
    this.all = [...table.each()].filter((command) => this.ruled(command) === command)
    for (const category of CATEGORIES) this.byCategory.set(category, [])
    for (const command of this.all) {
      this.byName.set(command.name, command)
      for (const category of aclCategories(command)) this.byCategory.get(category)!.push(command)
    }
  }

  /** A command by its name in any case, a subcommand as `container|name`. */
  find(name: string): Command | undefined {
    return this.byName.get(name.toLowerCase())
  }

  /** The command that rules about a command are about: itself, but for subcommands of a container that hides them. */
  ruled(command: Command): Command {
    const parent = this.parents.get(command.name)
    return parent !== undefined && hidesSubcommands(parent) ? parent : command
  }

  /** The subcommands that rules can name. */
  subcommands(command: Command): Iterable<Command> {
    return hidesSubcommands(command) ? [] : (command.subcommands?.values() ?? [])
  }

  /** Whether it holds subcommands that rules can name. */
  isContainer(command: Command): boolean {
    return command.subcommands !== null && !hidesSubcommands(command)
  }

  isSubcommand(command: Command): boolean {
    return this.parents.has(command.name)
  }

  /** The commands and subcommands of a category named without its `@`, in any case; undefined when there is none. */
  inCategory(name: string): readonly Command[] | undefined {
    return this.byCategory.get(`@${name.toLowerCase()}`)
  }

  /** Names of the categories, without `@`. */
  get categories(): string[] {
    return CATEGORIES.map((category) => category.slice(1))
  }
}

function hidesSubcommands(command: Command): boolean {
  return command.declaration.system === true
}
