/**
 * The same commands to a Keyper and to a real redis-server, and the exact bytes of both replies compared.
 *
 *     await compareWithRedis(['SET a 1', 'INCR a', ['GET', '\xff']], { protocol: 3 })
 *     await compareWithRedis([
 *       'SADD s a b',
 *       { command: 'SMEMBERS s', unordered: true },           // elements in whatever order
 *       { command: 'HGETALL h', unordered: 'pairs' },         // fields with their values, in whatever order
 *       { command: 'PTTL a', mask: /\d+/g },                  // what matches may differ
 *       { command: 'TIME', ignore: true },                    // only sent
 *     ])
 *
 * All differences of a run are reported together. At the end the data of both must have the same DEBUG DIGEST.
 * For many runs against one pair of servers: `startParity`, `compare`, `close`. Use `describeWithRedis` around tests.
 */
import { startKeyper, type TestServer, words } from './harness.ts'
import type { Argument, RawClient } from './raw-client.ts'
import { type RedisProcess, startRedis } from './redis-oracle.ts'
import { describeReply } from './resp-decoder.ts'

export interface Step {
  readonly command: string | readonly Argument[]
  /** Elements of the reply may come in any order; 'pairs': two by two. */
  readonly unordered?: boolean | 'pairs'
  /** Matches in the reply's text form are replaced by `#` before comparing. Use the flag `g`. */
  readonly mask?: RegExp
  /** The reply may be anything. */
  readonly ignore?: boolean
}

export type Line = string | readonly Argument[] | Step

export interface CompareOptions {
  readonly protocol?: 2 | 3
  /** For every step that does not say otherwise. */
  readonly unordered?: boolean | 'pairs'
  readonly mask?: RegExp
  /** False: the data may differ at the end. */
  readonly digest?: boolean
}

export interface ParityOptions {
  /** Directives for both. */
  readonly config?: Readonly<Record<string, string>>
}

export class Parity {
  readonly keyper: TestServer
  readonly redis: RedisProcess

  constructor(keyper: TestServer, redis: RedisProcess) {
    this.keyper = keyper
    this.redis = redis
  }

  /** Runs the lines on new connections to both. Throws with every difference. Data stays from run to run. */
  async compare(lines: readonly Line[], options: CompareOptions = {}): Promise<void> {
    const { protocol = 2 } = options
    const ours = await this.keyper.client(protocol)
    const theirs = await this.redis.client()
    if (protocol === 3) await theirs.command('HELLO', 3)
    const differences: string[] = []
    for (const line of lines) {
      const step: Step = typeof line === 'object' && 'command' in line ? line : { command: line }
      const argv = typeof step.command === 'string' ? words(step.command) : step.command
      const [mine, real] = await Promise.all([ours.raw(...argv), theirs.raw(...argv)])
      if (step.ignore === true || mine === real) continue
      const a = comparable(mine, step, options)
      const b = comparable(real, step, options)
      if (a !== b) differences.push(`${argv.map(shown).join(' ')}\n  keyper:\n${indent(a)}\n  redis:\n${indent(b)}`)
    }
    if (options.digest !== false) await this.compareDigests(ours, theirs, differences)
    await ours.close()
    await theirs.close()
    if (differences.length > 0) throw new Error(`${differences.length} replies differ:\n${differences.join('\n')}`)
  }

  private async compareDigests(ours: RawClient, theirs: RawClient, differences: string[]): Promise<void> {
    const [mine, real] = await Promise.all([ours.command('DEBUG', 'DIGEST'), theirs.command('DEBUG', 'DIGEST')])
    if (mine !== real) differences.push(`DEBUG DIGEST\n  keyper: ${String(mine)}\n  redis:  ${String(real)}`)
  }

  /** Empties both. */
  async flush(): Promise<void> {
    await this.compare(['FLUSHALL'])
  }

  async close(): Promise<void> {
    await this.redis.stop()
    await this.keyper.close()
  }
}

/** Starts one of each, empty, by the system clock, with DEBUG allowed. */
export async function startParity({ config = {} }: ParityOptions = {}): Promise<Parity> {
  const [keyper, redis] = await Promise.all([
    startKeyper({ config, clock: 'system' }),
    startRedis({ config: { 'enable-debug-command': 'yes', ...config } }),
  ])
  return new Parity(keyper, redis)
}

/** One run against a fresh pair of servers. Throws with every difference. */
export async function compareWithRedis(
  lines: readonly Line[],
  { config, ...options }: CompareOptions & ParityOptions = {},
): Promise<void> {
  const parity = await startParity({ config })
  try {
    await parity.compare(lines, options)
  } finally {
    await parity.close()
  }
}

function comparable(bytes: string, step: Step, options: CompareOptions): string {
  let text = describeReply(bytes)
  const unordered = step.unordered ?? options.unordered ?? false
  const mask = step.mask ?? options.mask
  // Before sorting: what is masked must not decide the order.
  if (mask !== undefined) text = text.replace(mask, '#')
  return unordered === false ? text : sorted(text, unordered)
}

/** The reply's text with its outermost elements sorted. */
function sorted(text: string, how: true | 'pairs'): string {
  const [head, ...lines] = text.split('\n')
  const elements: string[] = []
  for (const line of lines) {
    if (/^ {2}\S/.test(line)) elements.push(line)
    else elements[elements.length - 1] += `\n${line}`
  }
  if (how !== 'pairs' && !head.startsWith('%')) return [head, ...elements.sort()].join('\n')
  const pairs: string[] = []
  for (let i = 0; i < elements.length; i += 2) pairs.push(elements.slice(i, i + 2).join('\n'))
  return [head, ...pairs.sort()].join('\n')
}

const shown = (arg: Argument) => JSON.stringify(typeof arg === 'object' ? Buffer.from(arg).latin1Slice() : String(arg))

const indent = (text: string) => text.replace(/^/gm, '    ')
