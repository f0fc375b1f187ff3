/** `key [key ...] timeout`: BLPOP, BRPOP, BZPOPMIN, BZPOPMAX. */
import { key, many } from '../../spec/args.ts'
import { parseTimeout, timeout } from './shared-timeout.ts'

export const keysAndTimeout = {
  like: [many(key('key', 'RW access delete')), timeout],
  min: 2,
  read(argv: readonly string[], from: number) {
    const last = argv.length - 1
    return { value: { keys: argv.slice(from, last), timeoutMs: parseTimeout(argv[last]) }, next: argv.length }
  },
}
