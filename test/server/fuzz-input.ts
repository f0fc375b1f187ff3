/** Input that nobody would send on purpose, from a seed: requests near to the declared ones, and bytes far from any. */
import type { AnyArg } from '../../src/spec/args.ts'
import type { Command } from '../../src/spec/command.ts'
import { syntaxOf } from '../../src/spec/syntax.ts'
import { Crc64 } from '../../src/util/crc64.ts'
import type { Random } from '../../src/util/random.ts'
import { encodeRequest } from '../support/raw-client.ts'

/** What would end or hold up the server, or lock its clients out: nothing a test could go on after. */
const LEFT_OUT = new RegExp(
  `^(${[
    'shutdown',
    'failover',
    'replicaof',
    'slaveof',
    'client\\|(pause|kill)',
    'config\\|(set|rewrite|resetstat)',
    'pfselftest',
    'acl\\|(setuser|deluser|load|save)',
    'module\\|.*',
    'script\\|debug',
    'debug\\|(?!object|digest|digest-value|listpack|error|protocol).*',
  ].join('|')})$`,
)

/** Commands whose output is not a sequence of replies. */
const TAKES_OVER = /^(psync|sync|monitor)$/

/** Keys by type; any command may get any of them. */
export const SEED_DATA: readonly (readonly string[])[] = [
  ['SET', 'string', 'some text \xff\x00'],
  ['SET', 'number', '42'],
  ['SET', 'volatile', 'v', 'PX', '50000'],
  ['SETRANGE', 'bytes', '30', 'tail'],
  ['RPUSH', 'list', 'a', 'b', '3', 'd', 'e'],
  ['RPUSH', 'long', ...Array.from({ length: 300 }, (_, i) => `item ${i}`)],
  ['SADD', 'ints', '1', '2', '30000', '-4'],
  ['SADD', 'set', 'a', 'b', 'c', '4'],
  ['HSET', 'hash', 'f', '1', 'g', 'two', '', 'empty'],
  ['HSET', 'wide', ...Array.from({ length: 600 }, (_, i) => `field ${i}`)],
  ['ZADD', 'zset', '1', 'a', '2.5', 'b', '-inf', 'c', '2.5', 'd'],
  ['ZADD', 'tall', ...Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? `${i}` : `member ${i}`))],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', '2-0', 'g', 'w', 'h', 'x'],
]

const KEYS = [...new Set(SEED_DATA.map(([, key]) => key)), 'new', 'other', '', '\x00\xff', '{tag}a']

const INTEGERS = ['0', '1', '-1', '2', '3', '-2', '5', '10', '-7', '100', '1000', '100000']
const ODD_INTEGERS = [
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '4294967296',
  '9007199254740993',
  '00',
  '+1',
  '-0',
  ' 1',
  '1 ',
  '0x10',
  '1e3',
  '1.0',
  '',
]
const DOUBLES = [
  '0',
  '1',
  '-1',
  '0.5',
  '3.25',
  '-0',
  'inf',
  '-inf',
  '+inf',
  '1e400',
  '-1e400',
  '1e-400',
  'nan',
  '0x1p3',
]
const ODD_WORDS = [
  '',
  '*',
  '?',
  '[a-',
  '\\',
  '$',
  '-',
  '+',
  '(1',
  '[a',
  '(',
  '=',
  '~',
  '>',
  '0-0',
  '5-*',
  '18446744073709551615-18446744073709551615',
  '__proto__',
  'constructor',
  '\r\n',
  '\x00',
  '\xff\xfe',
  '%s%n',
  'NaN',
]

export interface Script {
  /** What is sent, in the pieces in which it is sent. */
  readonly chunks: readonly Buffer[]
  /** Whether what comes back must be whole replies. */
  readonly replies: boolean
}

export class FuzzInput {
  private readonly random: Random
  private readonly commands: readonly Command[]
  private readonly tokens: readonly string[]
  /** Payloads of DUMP, to be spoilt. */
  readonly dumps: Buffer[] = []

  constructor(random: Random, commands: Iterable<Command>) {
    this.random = random
    this.commands = [...commands].filter((command) => !LEFT_OUT.test(command.name))
    this.tokens = [
      ...new Set(
        this.commands.flatMap(({ declaration: { name, args } }) => syntaxOf(name, args).match(/\b[A-Z]{2,}\b/g) ?? []),
      ),
    ]
  }

  private chance(percent: number): boolean {
    return this.random.int(100) < percent
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.random.int(items.length)]
  }

  private bytes(most: number): string {
    const length = this.random.int(most + 1)
    let text = ''
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.random.int(256))
    return text
  }

  private integer(): string {
    return this.chance(80) ? this.pick(INTEGERS) : this.pick(ODD_INTEGERS)
  }

  /** Any word. */
  word(): string {
    switch (this.random.int(9)) {
      case 0:
        return this.pick(KEYS)
      case 1:
        return this.integer()
      case 2:
        return this.pick(DOUBLES)
      case 3:
        return this.pick(ODD_WORDS)
      case 4:
        return this.pick(this.tokens)
      case 5:
        return this.bytes(20)
      case 6:
        return this.chance(3) ? this.bytes(5).repeat(5000) : `${this.random.int(50)}-${this.random.int(5)}`
      case 7:
        return this.dumps.length > 0 ? this.spoiltDump() : 'a'
      default:
        return this.pick(['a', 'b', 'c', 'f', 'g', 'v', '4'])
    }
  }

  /** A payload for RESTORE with some bytes changed and a sum that agrees with them. */
  private spoiltDump(): string {
    const payload = Buffer.from(this.pick(this.dumps))
    const body = payload.length - 8
    for (let n = this.random.int(4); n > 0; n--) payload[this.random.int(body - 2)] = this.random.int(256)
    const cut = this.chance(20) ? this.random.int(body) : 0
    const kept = Buffer.concat([payload.subarray(0, body - 2 - Math.min(cut, body - 2)), payload.subarray(body - 2)])
    const crc = new Crc64()
    crc.update(kept, 0, kept.length - 8)
    crc.writeTo(kept, kept.length - 8)
    return kept.latin1Slice()
  }

  /** What a declared argument takes, mostly. */
  private argument(arg: AnyArg): string[] {
    const { form, optional } = arg
    if (optional && form.kind !== 'options' && this.chance(40)) return []
    switch (form.kind) {
      case 'key':
        return [this.pick(KEYS)]
      case 'int':
      case 'int64':
        return [this.integer()]
      case 'double':
        return [this.pick(DOUBLES)]
      case 'token':
        return [form.token]
      case 'oneOf':
      case 'choice':
        return [this.pick(Object.values(form.tokens))]
      case 'named':
        return [form.token, ...form.of.flatMap((of) => this.argument(of))]
      case 'variant':
        return this.argument(this.pick(Object.values(form.variants)))
      case 'options':
        return Object.values(form.args).flatMap((of) => (this.chance(30) ? this.argument(of) : []))
      case 'numkeys': {
        const keys = Array.from({ length: 1 + this.random.int(3) }, () => this.pick(KEYS))
        return [this.chance(90) ? String(keys.length) : this.integer(), ...keys]
      }
      case 'many': {
        const repeats = 1 + this.random.int(4)
        return Array.from({ length: repeats }, () => form.of.flatMap((of) => this.argument(of))).flat()
      }
      case 'custom':
        return form.like.flatMap((of) => this.argument(of))
      case 'block':
        return form.of.flatMap((of) => this.argument(of))
      default:
        return [this.word()]
    }
  }

  /** A request of some command, often not quite right. */
  request(): string[] {
    const command = this.pick(this.commands)
    const argv = command.declaration.name.split(' ')
    for (const arg of command.declaration.args as readonly AnyArg[]) argv.push(...this.argument(arg))
    if (this.chance(15)) argv[0] = argv[0].toLowerCase()
    while (this.chance(25)) this.spoil(argv, command.firstArg)
    return argv
  }

  private spoil(argv: string[], from: number): void {
    const at = from + this.random.int(argv.length - from + 1)
    switch (this.random.int(4)) {
      case 0:
        argv.splice(at, 1)
        break
      case 1:
        argv.splice(at, 0, this.word())
        break
      case 2:
        if (at < argv.length) argv[at] = this.word()
        break
      default:
        if (at < argv.length) argv.push(argv[at])
    }
  }

  /** What no client sends. */
  private noise(): Buffer {
    const { random } = this
    switch (random.int(8)) {
      case 0:
        return Buffer.from(this.bytes(300), 'latin1')
      case 1:
        return Buffer.from(`*${this.integer()}\r\n$${this.integer()}\r\n${this.bytes(40)}`, 'latin1')
      case 2:
        return Buffer.from('*2\r\n$3\r\nGET\r\n$536870912\r\npart', 'latin1')
      case 3:
        return Buffer.from(`*2147483647\r\n$4\r\nPING\r\n$1\r\n${this.bytes(10)}`, 'latin1')
      case 4:
        return Buffer.from(`*1048576\r\n${'$1\r\na\r\n'.repeat(random.int(2000))}`, 'latin1')
      case 5:
        return Buffer.from('x'.repeat(64 * 1024 + random.int(1000)) + (this.chance(50) ? '\r\n' : ''), 'latin1')
      case 6:
        return Buffer.from(`SET ${this.pick(['"unbalanced', "'a'b", '"\\x4', 'k "v"', '\x00'])}\r\n`, 'latin1')
      default: {
        const whole = encodeRequest(this.request())
        const copy = Buffer.from(whole)
        for (let n = 1 + random.int(3); n > 0; n--) copy[random.int(copy.length)] = random.int(256)
        return copy
      }
    }
  }

  /** One connection's input: requests in a pipeline, at times noise among them, cut anywhere. */
  script(): Script {
    const { random } = this
    const parts: Buffer[] = []
    let replies = true
    if (this.chance(30)) parts.push(encodeRequest(['HELLO', '3']))
    if (this.chance(20)) for (const argv of SEED_DATA) parts.push(encodeRequest(argv))
    const transaction = this.chance(25)
    if (transaction) parts.push(encodeRequest(['WATCH', this.pick(KEYS)]), encodeRequest(['MULTI']))
    for (let n = 1 + random.int(30); n > 0; n--) {
      if (this.chance(4)) {
        parts.push(this.noise())
        continue
      }
      const argv = this.request()
      if (TAKES_OVER.test(argv[0].toLowerCase())) {
        if (!this.chance(10)) continue
        replies = false
      }
      parts.push(encodeRequest(argv))
    }
    if (transaction && this.chance(80)) parts.push(encodeRequest(['EXEC']))
    let all = Buffer.concat(parts)
    if (this.chance(10)) all = all.subarray(0, random.int(all.length + 1))
    return { chunks: this.cut(all), replies }
  }

  private cut(all: Buffer): Buffer[] {
    const chunks: Buffer[] = []
    const most = this.pick([1, 7, 100, 1500, 65536, 1 << 20])
    let at = 0
    // Byte by byte only at first: each piece costs a turn of the event loop.
    while (at < all.length) {
      const size = chunks.length > 200 ? all.length : 1 + this.random.int(most)
      chunks.push(all.subarray(at, at + size))
      at += size
    }
    return chunks
  }
}
