/** `key [key ...] timeout`: BLPOP, BRPOP, BZPOPMIN, BZPOPMAX. */
import { parseTimeout } from './shared-timeout.ts'

export const keysAndTimeout = {
  syntax: 'key [key ...] timeout',
  min: 2,
  access: 'update' as const,
  keys: (argv: readonly string[], from: number) =>
    Array.from({ length: Math.max(0, argv.length - 1 - from) }, (_, i) => from + i),
  read(argv: readonly string[], from: number) {
    const last = argv.length - 1
    return { value: { keys: argv.slice(from, last), timeoutMs: parseTimeout(argv[last]) }, next: argv.length }
  },
}
