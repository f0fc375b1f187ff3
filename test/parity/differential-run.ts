/**
 * Random sequences of commands, the same to a Keyper and to a real redis-server: replies in both protocols, digests,
 * and the Keyper's own mirrors must agree.
 */
import type { Parity } from '../support/parity.ts'
import type { RawClient } from '../support/raw-client.ts'
import { describeReply } from '../support/resp-decoder.ts'
import { Dice, type Generate, KEYS, type Looseness, mixture, type Operation, spoil } from './differential-dice.ts'

export interface Run {
  readonly name: string
  readonly seed: number
  readonly operations: number
  readonly generate: Generate
  /** Directives, and the values each may have; set on both at the start of each segment. */
  readonly limits: Readonly<Record<string, readonly string[]>>
}

const SEGMENT = 500
const BATCH = 100
const SHOWN = 8

/** Throws with the first differences, the commands that led to each, and the seed. */
export async function runDifferential(pair: Parity, run: Run): Promise<void> {
  const ours = await pair.keyper.client()
  const theirs = await pair.redis.client()
  const both = new Both(ours, theirs)
  const dice = new Dice(run.seed)
  const found = new Map<string, string>()
  for (let done = 0, segment = 0; done < run.operations && found.size < SHOWN; segment++) {
    await both.begin(dice, segment % 2 === 0 ? 2 : 3, run.limits)
    for (let n = 0; n < SEGMENT; ) {
      const batch: Operation[] = []
      while (batch.length < BATCH) batch.push(...next(dice, run.generate))
      n += batch.length
      const difference = (await both.send(batch)) ?? (n >= SEGMENT ? await both.compareData() : null)
      if (difference !== null) {
        if (!found.has(difference.what)) found.set(difference.what, difference.report)
        break
      }
    }
    done += SEGMENT
    await pair.keyper.verifyMirrors()
  }
  await ours.close()
  await theirs.close()
  if (found.size > 0) {
    throw new Error(`${run.name}, seed ${run.seed}: ${found.size} differences\n\n${[...found.values()].join('\n\n')}`)
  }
}

function next(dice: Dice, generate: Generate): Operation[] {
  const operations = dice.once(10) ? mixture(dice) : generate(dice)
  return dice.once(25) && operations.length === 1 ? [spoil(dice, operations[0])] : operations
}

interface Difference {
  readonly what: string
  readonly report: string
}

class Both {
  private readonly ours: RawClient
  private readonly theirs: RawClient
  private history: Operation[] = []
  private settings = ''

  constructor(ours: RawClient, theirs: RawClient) {
    this.ours = ours
    this.theirs = theirs
  }

  /** Empties both and gives them new limits. */
  async begin(dice: Dice, protocol: 2 | 3, limits: Run['limits']): Promise<void> {
    const settings = Object.entries(limits).flatMap(([name, values]) => [name, dice.pick(values)])
    this.settings = `RESP${protocol} ${settings.join(' ')}`
    for (const client of [this.ours, this.theirs]) {
      await client.command('RESET')
      await client.command('HELLO', protocol)
      await client.command('FLUSHALL')
      if (settings.length > 0) await client.command('CONFIG', 'SET', ...settings)
    }
    this.history = []
  }

  /** The first difference in the replies. */
  async send(batch: readonly Operation[]): Promise<Difference | null> {
    const [mine, real] = await Promise.all([pipelined(this.ours, batch), pipelined(this.theirs, batch)])
    for (const [i, operation] of batch.entries()) {
      if (!same(mine[i], real[i], operation.compare)) {
        const [a, b] = fromFirstDifference(
          comparable(mine[i], operation.compare),
          comparable(real[i], operation.compare),
        )
        const report = `${this.context(operation.argv)}> ${shown(operation.argv)}\n  keyper: ${short(a)}\n  redis:  ${short(b)}`
        return { what: operation.argv[0].toUpperCase(), report }
      }
      this.history.push(operation)
    }
    return null
  }

  /** Keys whose data differ. */
  async compareData(): Promise<Difference | null> {
    const touch = { argv: ['EXISTS', ...KEYS], compare: 'exact' as const }
    const digest = { argv: ['DEBUG', 'DIGEST'], compare: 'exact' as const }
    const whole = (await this.send([touch])) ?? (await this.send([digest]))
    if (whole === null) return null
    const digests = { argv: ['DEBUG', 'DIGEST-VALUE', ...KEYS], compare: 'exact' as const }
    const [[mine], [real]] = await Promise.all([pipelined(this.ours, [digests]), pipelined(this.theirs, [digests])])
    const theirs = describeReply(real).split('\n').slice(1)
    const ours = describeReply(mine).split('\n').slice(1)
    const differing = KEYS.filter((_, i) => ours[i] !== theirs[i])
    return { what: 'data', report: `${this.context(differing)}> data of ${shown(differing)} differ` }
  }

  /** The last commands about the same keys. */
  private context(words: readonly string[]): string {
    const keys = new Set(words.filter((word) => KEYS.includes(word)))
    const related = this.history.filter(({ argv }) => argv.some((word) => keys.has(word)))
    // What EXEC runs is just before it.
    const lines = (keys.size > 0 ? related : this.history)
      .slice(keys.size > 0 ? -12 : -3)
      .map(({ argv }) => `  ${shown(argv)}\n`)
    return `[${this.settings}, ${this.history.length} before]\n${lines.join('')}`
  }
}

async function pipelined(client: RawClient, batch: readonly Operation[]): Promise<string[]> {
  client.socket.cork()
  const replies = batch.map(({ argv }) => client.raw(...argv))
  client.socket.uncork()
  return Promise.all(replies)
}

function same(mine: string, real: string, how: Looseness): boolean {
  if (mine === real || how === 'ignore') return true
  if (how === 'near' && mine[0] === ':' && real[0] === ':')
    return Math.abs(Number(mine.slice(1)) - Number(real.slice(1))) < 5000
  // The result of INCRBYFLOAT is kept as text, of which one beyond 53 bits is called an integer, by Redis a string; and
  // in Redis SORT makes a sorted set a skip list.
  if (how === 'encoding' && [/int|embstr/, /listpack|skiplist/].some((any) => any.test(mine) && any.test(real)))
    return true
  if (how === 'errors' && mine[0] !== '-' && real[0] !== '-') return true
  return comparable(mine, how) === comparable(real, how)
}

/**
 * The text of a reply. 'unordered': its elements sorted; 'pairs': two by two; 'scan': cursor, then sorted elements;
 * 'shape': without what the bulks hold.
 */
function comparable(bytes: string, how: Looseness): string {
  let text = describeReply(bytes)
  if (how === 'shape') text = text.replace(/\$\d+ ".*"$/gm, '$').replace(/^( *),.*/gm, '$1,')
  if (how !== 'unordered' && how !== 'pairs' && how !== 'scan') return text
  const [head, ...lines] = text.split('\n')
  if (how === 'scan') return lines.length < 2 ? text : [head, lines[0], lines[1], ...lines.slice(2).sort()].join('\n')
  const size = how === 'pairs' || head[0] === '%' ? 2 : 1
  const items: string[] = []
  for (let i = 0; i < lines.length; i += size) items.push(lines.slice(i, i + size).join('\n'))
  return [head, ...items.sort()].join('\n')
}

/** Both texts from the first line that differs, a few lines each. */
function fromFirstDifference(a: string, b: string): [string, string] {
  const [mine, real] = [a.split('\n'), b.split('\n')]
  let at = mine.findIndex((line, i) => line !== real[i])
  if (at < 0) at = mine.length
  const some = (lines: string[]) =>
    [...(at > 0 ? [`${lines[0]}, line ${at}:`] : []), ...lines.slice(at, at + 5)].join(' ')
  return [some(mine), some(real)]
}

const shown = (argv: readonly string[]) => argv.map((word) => short(JSON.stringify(word), 60)).join(' ')
const short = (text: string, most = 700) => (text.length > most ? `${text.slice(0, most)}… (${text.length})` : text)
