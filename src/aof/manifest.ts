/** The manifest of an appendonlydir: which files make up the data, in which order, and which are left to delete. */
import { quoteArgument, splitArguments } from '../util/parse-quoted.ts'

export interface AofPart {
  /** A name in the folder, no path. */
  readonly name: string
  readonly seq: number
}

export class ManifestError extends Error {
  override readonly name = 'ManifestError'
}

const LONGEST_LINE = 1024
/** A name with any of these is written in quotes. */
const NEEDS_QUOTES = /[^\x21\x23-\x26\x28-\x5b\x5d-\x7e]/

/** Never changed: each step of a rewrite makes a new one. */
export class Manifest {
  readonly base: AofPart | null
  readonly increments: readonly AofPart[]
  /** Files that the current ones replace, to be deleted. */
  readonly history: readonly AofPart[]
  private readonly lastBase: number
  private readonly lastIncrement: number

  constructor(
    base: AofPart | null = null,
    increments: readonly AofPart[] = [],
    history: readonly AofPart[] = [],
    last: { base: number; increment: number } = { base: 0, increment: 0 },
  ) {
    this.base = base
    this.increments = increments
    this.history = history
    this.lastBase = Math.max(last.base, base?.seq ?? 0)
    this.lastIncrement = Math.max(last.increment, increments.at(-1)?.seq ?? 0)
  }

  /** Reads a manifest. Throws ManifestError, with the line. */
  static parse(text: string): Manifest {
    let base: AofPart | null = null
    const increments: AofPart[] = []
    const history: AofPart[] = []
    const lines = text.split('\n')
    const rest = lines.pop()!
    if (text === '') throw new ManifestError('Found an empty AOF manifest')
    lines.forEach((line, i) => {
      if (line.startsWith('#')) return
      const { type, ...part } = readLine(line, i + 1)
      if (type === 'h') history.push(part)
      else if (type === 'b') {
        if (base !== null) fail('Found duplicate base file information', i + 1, line)
        base = part
      } else if (type === 'i') {
        if (part.seq <= (increments.at(-1)?.seq ?? 0)) fail('Found a non-monotonic sequence number', i + 1, line)
        increments.push(part)
      } else fail('Unknown AOF file type', i + 1, line)
    })
    if (rest !== '' && !rest.startsWith('#'))
      fail('The AOF manifest file contains too long line', lines.length + 1, rest)
    return new Manifest(base, increments, history)
  }

  /** As it stands in the file: base, history, increments. */
  text(): string {
    const line = ({ name, seq }: AofPart, type: string) =>
      `file ${NEEDS_QUOTES.test(name) ? quoteArgument(name) : name} seq ${seq} type ${type}\n`
    return [
      ...(this.base === null ? [] : [line(this.base, 'b')]),
      ...this.history.map((part) => line(part, 'h')),
      ...this.increments.map((part) => line(part, 'i')),
    ].join('')
  }

  get isEmpty(): boolean {
    return this.base === null && this.increments.length === 0
  }

  /** The file that is appended to. */
  get current(): AofPart | undefined {
    return this.increments.at(-1)
  }

  private get last() {
    return { base: this.lastBase, increment: this.lastIncrement }
  }

  /** A name for the next file to append to. */
  nextIncrement(filename: string): AofPart {
    const seq = this.lastIncrement + 1
    return { name: `${filename}.${seq}.incr.aof`, seq }
  }

  nextBase(filename: string, rdb: boolean): AofPart {
    const seq = this.lastBase + 1
    return { name: `${filename}.${seq}.base.${rdb ? 'rdb' : 'aof'}`, seq }
  }

  withIncrement(part: AofPart): Manifest {
    return new Manifest(this.base, [...this.increments, part], this.history, this.last)
  }

  /** A new base makes everything before it history, but for the increments given, which come after it. */
  withBase(base: AofPart, increments: readonly AofPart[]): Manifest {
    const names = new Set([base.name, ...increments.map(({ name }) => name)])
    const old = [...this.increments, ...(this.base === null ? [] : [this.base])].filter(({ name }) => !names.has(name))
    return new Manifest(base, increments, [...old, ...this.history], this.last)
  }

  withHistory(history: readonly AofPart[]): Manifest {
    return new Manifest(this.base, this.increments, history, this.last)
  }
}

function readLine(line: string, number: number): AofPart & { type: string } {
  if (line.length > LONGEST_LINE)
    fail('The AOF manifest file contains too long line', number, `${line.slice(0, 60)}...`)
  const words = splitArguments(line.trim())
  // More pairs than the three are for versions to come.
  if (words === null || words.length < 6 || words.length % 2 !== 0)
    fail('Invalid AOF manifest file format', number, line)
  let name = ''
  let seq = 0
  let type = ''
  for (let i = 0; i < words.length; i += 2) {
    const value = words[i + 1]
    switch (words[i].toLowerCase()) {
      case 'file':
        if (/[/\\]/.test(value)) fail("File can't be a path, just a filename", number, line)
        name = value
        break
      case 'seq':
        seq = /^\d{1,15}$/.test(value) ? Number(value) : 0
        break
      case 'type':
        type = value
    }
  }
  if (name === '' || seq === 0 || type === '') fail('Invalid AOF manifest file format', number, line)
  return { name, seq, type }
}

function fail(reason: string, number: number, line: string): never {
  throw new ManifestError(`${reason}, at line ${number}: ${line}`)
}
