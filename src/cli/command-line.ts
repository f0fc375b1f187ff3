/**
 * The command line as redis-server reads it: `[path | -] [--directive word ...] [-]`, where `-` stands for standard
 * input and every `--directive` with its words is a line of configuration.
 */
import { Config } from '../config/config.ts'
import { asBytes } from '../config/paths.ts'
import { quoteArgument } from '../util/parse-quoted.ts'

export interface CommandLine {
  /** The configuration file, or null. */
  readonly file: string | null
  readonly stdin: boolean
  /** Lines in the syntax of redis.conf. */
  readonly lines: readonly string[]
}

/**
 * The word right after a directive is its value, even one that begins with two dashes; after that, two dashes begin
 * the next directive. `--save` alone, last or before another directive, is `save ""`. A directive and its value may
 * share one argument (`--port 7000` quoted as one) and, which redis-server does not know, be joined by `=`.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  let at = 0
  let file: string | null = null
  if (argv.length > 0 && !argv[0].startsWith('-')) file = argv[at++]
  let stdin = false
  const lines: string[] = []
  let needsValue = false
  for (const first = 0; at < argv.length; at++) {
    const argument = asBytes(argv[at])
    const last = at === argv.length - 1
    if (argument === '-' && (at === first || last)) {
      stdin = true
    } else if (!needsValue && argument.startsWith('--')) {
      const directive = splitEquals(argument.slice(2))
      lines.push(directive)
      needsValue = /^\S*\s*$/.test(directive)
      const alone = last || argv[at + 1].startsWith('--')
      if (directive.toLowerCase() === 'save' && alone) {
        lines[lines.length - 1] += ' ""'
        needsValue = false
      }
    } else {
      const word = ` ${quoteArgument(argument)}`
      if (lines.length === 0) lines.push(word)
      else lines[lines.length - 1] += word
      needsValue = false
    }
  }
  return { file, stdin, lines }
}

function splitEquals(text: string): string {
  const equals = text.indexOf('=')
  if (equals < 0 || !Config.knows(text.slice(0, equals))) return text
  return `${text.slice(0, equals)} ${quoteArgument(text.slice(equals + 1))}`
}
