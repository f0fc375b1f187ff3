/** Directives in the environment: KEYPER_TCP_KEEPALIVE=60 is `tcp-keepalive 60`. */
import { Config } from '../config/config.ts'
import { asBytes } from '../config/paths.ts'
import { quoteArgument } from '../util/parse-quoted.ts'

const PREFIX = 'KEYPER_'

export interface Environment {
  /** Lines in the syntax of redis.conf, each with the variable it comes from, in the order of the names. */
  readonly lines: readonly { readonly variable: string; readonly line: string }[]
  /**
   * Variables that are no directives. They are not refused: others set such variables too, first of all Kubernetes,
   * which gives every container KEYPER_SERVICE_HOST and KEYPER_PORT=tcp://... when some service is called keyper.
   */
  readonly ignored: readonly string[]
}

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const lines: { variable: string; line: string }[] = []
  const ignored: string[] = []
  for (const variable of Object.keys(env).sort()) {
    const value = env[variable]
    if (!variable.startsWith(PREFIX) || value === undefined) continue
    const plain = variable.slice(PREFIX.length).toLowerCase()
    // A few directives have an underscore in their name.
    const name = Config.knows(plain) ? plain : plain.replaceAll('_', '-')
    const known = Config.knows(name) || name === 'include'
    if (!known || (name === 'port' && value.startsWith('tcp://'))) {
      ignored.push(variable)
      continue
    }
    // A variable is one value as it is, spaces and quotes too, but where a directive takes several words.
    lines.push({ variable, line: `${name} ${quoteArgument(asBytes(value))}` })
  }
  return { lines, ignored }
}
