/**
 * `npm run bench collections`: collections of a million elements, and very many small ones. Memory per element is what
 * INFO calls used after MEMORY PURGE, less what it was before; times are of pipelines of 1000 requests on one connection.
 */
import net from 'node:net'
import { cpuSeconds, starters, stop } from './bench-servers.mjs'

const MILLION = 1_000_000
const PIPELINE = 1000

const member = (i) => `member:${i}`
const small = (i) => Math.floor(i / 10)

const KINDS = [
  ['list of 1 M', (i) => ['RPUSH', 'c', `element:${i}`], ['LINDEX', (i) => ['LINDEX', 'c', String(i)], 10_000]],
  [
    'hash of 1 M',
    (i) => ['HSET', 'c', `field:${i}`, `value:${i}`],
    ['HGET', (i) => ['HGET', 'c', `field:${i}`], 100_000],
  ],
  ['set of 1 M', (i) => ['SADD', 'c', member(i)], ['SPOP', () => ['SPOP', 'c'], 100_000]],
  [
    'sorted set of 1 M',
    (i) => ['ZADD', 'c', String(i * 1.5), member(i)],
    ['ZRANK', (i) => ['ZRANK', 'c', member(i)], 100_000],
  ],
  [
    'stream of 1 M',
    (i) => ['XADD', 'c', '*', 'field', `value:${i}`],
    ['XRANGE 10', (i) => ['XRANGE', 'c', String(i), '+', 'COUNT', '10'], 20_000],
  ],
  [
    'hashes of 10',
    (i) => ['HSET', `h:${small(i)}`, `f${i % 10}`, `value:${i}`],
    ['HGET', (i) => ['HGET', `h:${small(i)}`, `f${i % 10}`], 100_000],
  ],
  [
    'lists of 10',
    (i) => ['RPUSH', `l:${small(i)}`, `value:${i}`],
    ['LRANGE', (i) => ['LRANGE', `l:${small(i)}`, '0', '-1'], 100_000],
  ],
  [
    'sets of 10',
    (i) => ['SADD', `s:${small(i)}`, `value:${i}`],
    ['SISMEMBER', (i) => ['SISMEMBER', `s:${small(i)}`, `value:${i}`], 100_000],
  ],
  [
    'sets of 10 integers',
    (i) => ['SADD', `s:${small(i)}`, String(i)],
    ['SISMEMBER', (i) => ['SISMEMBER', `s:${small(i)}`, String(i)], 100_000],
  ],
  [
    'sorted sets of 10',
    (i) => ['ZADD', `z:${small(i)}`, String(i), `value:${i}`],
    ['ZSCORE', (i) => ['ZSCORE', `z:${small(i)}`, `value:${i}`], 100_000],
  ],
]

const encode = (words) => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`

/** A connection that sends pipelines and waits for the PONG behind each. */
class Client {
  static async connect(port) {
    const client = new Client()
    client.socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    await new Promise((resolve) => client.socket.once('connect', resolve))
    client.text = ''
    client.socket.on('data', (chunk) => client.receive(chunk))
    return client
  }

  receive(chunk) {
    // Only the end matters, but for `ask` all is kept.
    this.text = this.keep ? this.text + chunk.toString('latin1') : chunk.subarray(-16).toString('latin1')
    if (this.text.endsWith('+DONE+\r\n') && this.waiting !== undefined) {
      const done = this.waiting
      this.waiting = undefined
      done(this.text)
    }
  }

  run(requests) {
    return new Promise((resolve) => {
      this.waiting = resolve
      this.socket.write(`${requests}*2\r\n$4\r\nECHO\r\n$6\r\n+DONE+\r\n`, 'latin1')
    })
  }

  async ask(...words) {
    this.keep = true
    this.text = ''
    const reply = await this.run(encode(words))
    this.keep = false
    return reply
  }
}

/** Seconds of wall time and of the server's CPU that so many requests take. */
async function timed(server, client, count, make) {
  const cpu = cpuSeconds(server.child.pid)
  const began = performance.now()
  for (let i = 0; i < count; i += PIPELINE) {
    let text = ''
    for (let k = i; k < Math.min(i + PIPELINE, count); k++) text += encode(make(k))
    await client.run(text)
  }
  return { seconds: (performance.now() - began) / 1000, cpu: cpuSeconds(server.child.pid) - cpu }
}

async function used(client) {
  await client.ask('MEMORY', 'PURGE')
  return Number(/used_memory:(\d+)/.exec(await client.ask('INFO', 'memory'))[1])
}

async function measure(begin, [, add, [, look, looks]]) {
  const server = await begin()
  try {
    const client = await Client.connect(server.port)
    const before = await used(client)
    const filled = await timed(server, client, MILLION, add)
    const bytes = ((await used(client)) - before) / MILLION
    let state = 1
    // The same pseudo-random places for both.
    const looked = await timed(server, client, looks, () => {
      state = (state * 48271) % 2147483647
      return look(state % MILLION)
    })
    const began = performance.now()
    await client.ask('UNLINK', 'c')
    return { bytes, fillUs: filled.cpu, lookUs: (looked.cpu * 1e6) / looks, unlinkMs: performance.now() - began }
  } finally {
    stop(server)
  }
}

export async function collections() {
  console.log(
    '\n| collection | bytes per element | ratio | filling, CPU us per element | ratio | look-up | CPU us | ratio |',
  )
  console.log('|---|---|---|---|---|---|---|---|')
  const unlinks = []
  for (const kind of KINDS) {
    const results = []
    for (const begin of starters) results.push(await measure(begin, kind))
    const pair = (pick, digits) => results.map((r) => pick(r).toFixed(digits)).join(' / ')
    const ratio = (pick) => (results.length < 2 ? '' : (pick(results[0]) / pick(results[1])).toFixed(2))
    const cells = [
      kind[0],
      pair((r) => r.bytes, 0),
      ratio((r) => r.bytes),
      pair((r) => r.fillUs, 2),
      ratio((r) => r.fillUs),
      kind[2][0],
      pair((r) => r.lookUs, 2),
      ratio((r) => r.lookUs),
    ]
    console.log(`| ${cells.join(' | ')} |`)
    if (kind[0].endsWith('1 M')) unlinks.push(`${kind[0]} ${pair((r) => r.unlinkMs, 1)}`)
  }
  console.log(`\nUNLINK, ms: ${unlinks.join('; ')}.`)
}
