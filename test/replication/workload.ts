/** Random writes of many kinds, in pipelines, on several databases. The same seed gives the same commands. */
import { commands } from '../../src/commands/index.ts'
import { type Random, seededRandom } from '../../src/util/random.ts'
import type { Argument, RawClient } from '../support/raw-client.ts'

const KEYS = 40
const DATABASES = 4

type Command = Argument[]

const KINDS: ((key: string, r: Random) => Command)[] = [
  (k, r) => ['SET', `s${k}`, r.hex(r.int(40))],
  (k, r) => ['SET', `v${k}`, r.hex(8), 'PX', 1 + r.int(60)],
  (k, r) => ['SETEX', `e${k}`, 100 + r.int(1000), r.hex(8)],
  (k, r) => ['PSETEX', `v${k}`, 1 + r.int(30), r.hex(2)],
  (k) => ['INCR', `n${k}`],
  (k, r) => ['INCRBYFLOAT', `f${k}`, (r.int(1000) / 7).toFixed(3)],
  (k, r) => ['APPEND', `a${k}`, r.hex(3)],
  (k, r) => ['SETRANGE', `a${k}`, r.int(20), r.hex(2)],
  (k) => ['GETDEL', `s${k}`],
  (k, r) => ['GETEX', `s${k}`, 'PX', 1 + r.int(100)],
  (k, r) => ['EXPIRE', `n${k}`, r.int(3) - 1],
  (k, r) => ['PEXPIRE', `h${k}`, 10 + r.int(200)],
  (k) => ['PERSIST', `h${k}`],
  (k, r) => ['RPUSH', `l${k}`, r.hex(4), r.hex(4)],
  (k, r) => ['LPUSH', `l${k}`, r.hex(70)],
  (k) => ['LPOP', `l${k}`, 2],
  (k, r) => ['LMOVE', `l${k}`, `l${r.int(KEYS)}`, 'LEFT', 'RIGHT'],
  (k, r) => ['SADD', `t${k}`, r.int(100), r.int(100), r.hex(4)],
  (k, r) => ['SPOP', `t${k}`, 1 + r.int(3)],
  (k) => ['SPOP', `t${k}`],
  (k, r) => ['SMOVE', `t${k}`, `t${r.int(KEYS)}`, r.int(100)],
  (k, r) => ['HSET', `h${k}`, r.hex(2), r.hex(10), r.hex(2), r.int(1000)],
  (k, r) => ['HINCRBYFLOAT', `h${k}`, 'float', (r.int(1000) / 3).toFixed(2)],
  (k, r) => ['HDEL', `h${k}`, r.hex(2)],
  (k, r) => ['ZADD', `z${k}`, r.int(1000) / 8, r.hex(2), r.int(50), r.hex(2)],
  (k, r) => ['ZINCRBY', `z${k}`, r.int(100) / 3, r.hex(2)],
  (k) => ['ZPOPMIN', `z${k}`],
  (k, r) => ['ZUNIONSTORE', `z${k}`, 2, `z${r.int(KEYS)}`, `z${r.int(KEYS)}`],
  (k, r) => ['XADD', `x${k}`, '*', 'field', r.hex(6)],
  (k, r) => ['XADD', `x${k}`, 'MAXLEN', '~', 50, '*', 'f', r.hex(6), 'g', r.int(9)],
  (k) => ['XTRIM', `x${k}`, 'MAXLEN', 20],
  (k) => ['XGROUP', 'CREATE', `x${k}`, 'group', '0', 'MKSTREAM'],
  (k) => ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 3, 'STREAMS', `x${k}`, '>'],
  (k, r) => ['COPY', `l${k}`, `l${r.int(KEYS)}`, 'REPLACE'],
  (k, r) => ['RENAME', `s${k}`, `s${r.int(KEYS)}`],
  (k) => ['DEL', `s${k}`, `a${k}`],
  (k, r) => ['MOVE', `e${k}`, r.int(DATABASES)],
  (_k, r) => ['SWAPDB', r.int(DATABASES), r.int(DATABASES)],
  (_k, r) => (r.int(20) === 0 ? ['FLUSHDB'] : ['PING']),
]

const known = new Set(commands.map((command) => command.name))
const probe = seededRandom(0)
/** What Keyper does not know it could not replicate either. */
const COMMANDS = KINDS.filter((make) => known.has(String(make('', probe)[0]).toLowerCase()))

export class Workload {
  private readonly random: Random

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  private one(): Command {
    const { random } = this
    return COMMANDS[random.int(COMMANDS.length)](String(random.int(KEYS)), random)
  }

  /** About `size` commands; some of them in transactions. */
  batch(size: number): Command[] {
    const { random } = this
    const commands: Command[] = []
    while (commands.length < size) {
      if (random.int(10) === 0) commands.push(['SELECT', random.int(DATABASES)])
      if (random.int(10) > 0) commands.push(this.one())
      else {
        commands.push(['MULTI'])
        for (let n = random.int(6); n >= 0; n--) commands.push(this.one())
        commands.push(['EXEC'])
      }
    }
    return commands
  }

  /** Sends a batch in one write and waits for the replies, which may be errors of every kind. */
  async run(client: RawClient, size: number): Promise<void> {
    await client.pipeline(this.batch(size))
  }
}
