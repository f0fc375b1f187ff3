/** From files, environment and command line to a configuration: later sources win. Every problem is one line. */
import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Config } from '../config/config.ts'
import {
  ConfigFileError,
  type ConfigLine,
  type ConfigReader,
  readConfigFile,
  readConfigText,
  readLine,
} from '../config/file.ts'
import type { UserLine } from '../security/user-lines.ts'
import { readCommandLine } from './command-line.ts'
import { readEnvironment } from './environment.ts'

export interface ConfigSources {
  /** What follows the program's name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads all of standard input, for `-`. */
  readonly readStdin: () => string
}

/** `rename-command`: the new name is empty for a command that is to be gone. */
export type Renamed = readonly [name: string, newName: string]

export interface Loaded {
  readonly config: Config
  /** The absolute path of the file CONFIG REWRITE writes to; null without one. */
  readonly configFile: string | null
  readonly renamedCommands: readonly Renamed[]
  /** The `user` lines, which only a server can check: it has the commands that they name. */
  readonly users: readonly UserLine[]
  /** What the log should say once there is one. */
  readonly notes: readonly string[]
}

/** Throws ConfigFileError with one line for whatever is wrong. */
export function loadConfig(sources: ConfigSources): Loaded {
  const { file, stdin, lines } = readCommandLine(sources.argv)
  const loading = new Loading()
  if (file !== null) readConfigFile(file, loading)
  if (stdin) readConfigText(sources.readStdin(), 'standard input', loading)
  const environment = readEnvironment(sources.env)
  for (const { variable, line } of environment.lines) readLine(line, variable, loading)
  for (const line of lines) readLine(line, 'command line', loading)
  const notes =
    environment.ignored.length === 0
      ? []
      : [`Environment variables that are no directives were ignored: ${environment.ignored.join(', ')}`]
  const configFile = file === null ? null : resolve(file)
  const { config, renamedCommands, users } = loading
  return { config, configFile, renamedCommands, users, notes }
}

class Loading implements ConfigReader {
  readonly config = new Config()
  readonly renamedCommands: Renamed[] = []
  readonly users: UserLine[] = []
  private readonly seen = new Set<string>()

  directory(): string {
    return this.config.dir
  }

  line(line: ConfigLine): void {
    const { where, name, words } = line
    const wrong = (reason: string) => {
      const shown = words.map((word) => (word === '' ? '""' : word)).join(' ')
      return new ConfigFileError(`${where}: ${name}${shown === '' ? '' : ` ${shown}`}: ${reason}`)
    }
    if (Config.knows(name)) {
      const reason = this.config.load(name, words, this.seen.has(name))
      this.seen.add(name)
      if (reason !== null) throw wrong(reason)
      const unusable = name === 'dir' ? unusableDirectory(this.config.dir) : null
      if (unusable !== null) throw wrong(unusable)
      return
    }
    switch (name) {
      case 'rename-command':
        if (words.length !== 2) throw wrong('wrong number of arguments')
        this.renamedCommands.push([words[0], words[1]])
        return
      case 'user':
        if (words.length === 0) throw wrong('wrong number of arguments')
        this.users.push({ where, words })
        return
      case 'loadmodule':
        throw wrong('modules made for Redis cannot be loaded')
      case 'sentinel':
        throw wrong('there is no Sentinel in Keyper; run redis-sentinel, which watches over Keyper too')
      default:
        throw new ConfigFileError(`${where}: unknown directive '${name}'`)
    }
  }
}

/** Why a directory cannot be worked in, or null. */
function unusableDirectory(dir: string): string | null {
  try {
    if (!statSync(dir).isDirectory()) return 'not a directory'
    accessSync(dir, constants.R_OK | constants.X_OK)
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? 'no such directory'
      : code === 'EACCES'
        ? 'permission denied'
        : message
  }
}
