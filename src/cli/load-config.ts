/** From argv, environment and files to a configuration: later sources win. Every problem is one line. */
import { Config } from '../config/config.ts'
import { ConfigFileError, type ConfigLine, readConfigFile, readConfigText } from '../config/file.ts'
import { splitArguments } from '../util/parse-quoted.ts'

export interface ConfigSources {
  /** What follows the program's name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads all of standard input, for `-`. */
  readonly readStdin: () => string
}

export interface Loaded {
  readonly config: Config
  /** The file CONFIG REWRITE writes to; null without one. */
  readonly configFile: string | null
}

const ENV_PREFIX = 'KEYPER_'

/** Throws ConfigFileError with one line for whatever is wrong. */
export function loadConfig(sources: ConfigSources): Loaded {
  const config = new Config()
  const { file, stdin, options } = splitArgv(sources.argv)
  if (file !== null) apply(config, readConfigFile(file))
  if (stdin) apply(config, readConfigText(sources.readStdin(), 'standard input'))
  apply(config, fromEnvironment(sources.env))
  apply(config, options)
  return { config, configFile: file }
}

function apply(config: Config, lines: readonly ConfigLine[]): void {
  const seen = new Set<string>()
  for (const { where, name, words } of lines) {
    const lower = name.toLowerCase()
    const error = config.load(name, words, seen.has(lower))
    seen.add(lower)
    if (error === null) continue
    if (!Config.knows(name)) throw new ConfigFileError(`${where}: unknown directive '${name}'`)
    throw new ConfigFileError(
      `${where}: ${name} ${words.map((word) => (word === '' ? '""' : word)).join(' ')}: ${error}`,
    )
  }
}

/** KEYPER_TCP_KEEPALIVE=60 is `tcp-keepalive 60`. */
function fromEnvironment(env: ConfigSources['env']): ConfigLine[] {
  return Object.keys(env)
    .filter((key) => key.startsWith(ENV_PREFIX) && env[key] !== undefined)
    .sort()
    .map((key) => {
      const plain = key.slice(ENV_PREFIX.length).toLowerCase()
      // A few directives have an underscore in their name.
      const name = Config.knows(plain) ? plain : plain.replaceAll('_', '-')
      const where = `environment variable ${key}`
      const value = env[key]!
      const words = splitArguments(value)
      if (words === null) throw new ConfigFileError(`${where}: unbalanced quotes`)
      return { where, name, words: words.length === 0 ? [''] : words }
    })
}

/**
 * `[path | -] --directive word ... --directive word ...`. A word that begins with two dashes begins the next
 * directive; right after a directive it is its value only if no directive has that name.
 */
function splitArgv(argv: readonly string[]): { file: string | null; stdin: boolean; options: ConfigLine[] } {
  let file: string | null = null
  let stdin = false
  let i = 0
  if (argv.length > 0 && !argv[0].startsWith('--')) {
    if (argv[0] === '-') stdin = true
    else file = argv[0]
    i = 1
  }
  const options: ConfigLine[] = []
  while (i < argv.length) {
    const option = argv[i++]
    if (option === '-') {
      stdin = true
      continue
    }
    if (!option.startsWith('--')) throw new ConfigFileError(`unexpected argument '${option}'`)
    const equals = option.indexOf('=')
    const name = option.slice(2, equals > 0 ? equals : undefined)
    const words: string[] = equals > 0 ? [option.slice(equals + 1)] : []
    while (i < argv.length && !(argv[i].startsWith('--') && (words.length > 0 || Config.knows(argv[i].slice(2))))) {
      words.push(argv[i++])
    }
    options.push({ where: 'command line', name, words })
  }
  return { file, stdin, options }
}
