/**
 * `npm run bench`: redis-benchmark against Keyper and, where it is installed, redis-server, in turn.
 *
 * Absolute numbers of a shared machine mean little, so the two servers take turns and what counts is the ratio of
 * medians: requests per second, and CPU time per request read from the operating system for each server process.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'dist/main.js')
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const TESTS = 'ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange,mset'.split(',')
const wanted = process.argv[2]?.split(',') ?? ['set', 'get']
const CLOCK_TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100

const has = (command) => spawnSync(command, ['--version']).status === 0
if (!has('redis-benchmark')) {
  console.log('redis-benchmark is not installed: nothing to measure with.')
  process.exit(0)
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

function ping(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (d) => {
      socket.destroy()
      resolve(String(d).startsWith('+PONG'))
    })
    socket.once('error', () => resolve(false))
  })
}

async function start(name, command, args) {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'keyper-bench-'))
  const began = performance.now()
  const child = spawn(command, [...args, '--port', String(port), '--dir', dir, '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  while (!(await ping(port))) await new Promise((resolve) => setTimeout(resolve, 2))
  return { name, port, child, dir, startMs: performance.now() - began }
}

function stop(server) {
  server.child.kill('SIGKILL')
  rmSync(server.dir, { recursive: true, force: true })
}

/** Seconds of CPU a process has used. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS
}

function residentBytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024
}

function measure(server, test, depth, requests) {
  const before = cpuSeconds(server.child.pid)
  const { stdout } = spawnSync(
    'redis-benchmark',
    ['-p', server.port, '-t', test, '-c', 50, '-n', requests, '-P', depth, '-r', 100000, '--csv'].map(String),
    { encoding: 'utf8' },
  )
  const cpu = cpuSeconds(server.child.pid) - before
  const rows = stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('","').map((cell) => cell.replaceAll('"', '')))
  return rows.map(([name, rps]) => ({ name, rps: Number(rps), cpuUs: (cpu * 1e6) / (requests * rows.length) }))
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const kilo = (n) => `${(n / 1000).toFixed(1)}k`

async function speed(servers) {
  const tests = wanted[0] === 'all' ? TESTS : wanted
  console.log(`\n| test | depth | ${servers.map((s) => `${s.name} rps`).join(' | ')} | ratio | CPU us/op | ratio |`)
  console.log(`|---|---|${servers.map(() => '---').join('|')}|---|---|---|`)
  for (const depth of [1, 16]) {
    for (const test of tests) {
      const requests = depth === 1 ? 100_000 : test === 'lrange' ? 50_000 : 1_000_000
      const results = new Map()
      for (let round = 0; round < rounds; round++) {
        for (const server of servers) {
          for (const row of measure(server, test, depth, requests)) {
            const key = row.name
            if (!results.has(key))
              results.set(
                key,
                servers.map(() => ({ rps: [], cpuUs: [] })),
              )
            const into = results.get(key)[servers.indexOf(server)]
            into.rps.push(row.rps)
            into.cpuUs.push(row.cpuUs)
          }
        }
      }
      for (const [name, columns] of results) {
        const rps = columns.map((c) => median(c.rps))
        const cpu = columns.map((c) => median(c.cpuUs))
        const ratio = (row) => (row.length < 2 ? '' : (row[0] / row[1]).toFixed(2))
        console.log(
          `| ${name} | ${depth} | ${rps.map(kilo).join(' | ')} | ${ratio(rps)} | ${cpu.map((c) => c.toFixed(2)).join(' / ')} | ${ratio(cpu)} |`,
        )
      }
    }
  }
}

/** Bytes of resident memory per key, for a million small keys. */
async function memory(make) {
  const keys = 1_000_000
  console.log('\n| server | start-up ms (median of 5) | bytes per key (1 M of 16 B key, 16 B value) |\n|---|---|---|')
  for (const startServer of make) {
    const starts = []
    for (let i = 0; i < 4; i++) {
      const server = await startServer()
      starts.push(server.startMs)
      stop(server)
    }
    const server = await startServer()
    starts.push(server.startMs)
    const before = residentBytes(server.child.pid)
    const socket = net.connect(server.port, '127.0.0.1')
    let replies = 0
    const done = new Promise((resolve) => {
      socket.on('data', (d) => {
        for (const byte of d) if (byte === 10) replies++
        if (replies >= keys) resolve()
      })
    })
    for (let i = 0; i < keys; i += 10_000) {
      let text = ''
      for (let k = i; k < i + 10_000; k++) {
        const id = String(k).padStart(12, '0')
        text += `*3\r\n$3\r\nSET\r\n$16\r\nkey:${id}\r\n$16\r\nval:${id}\r\n`
      }
      if (!socket.write(text, 'latin1')) await new Promise((resolve) => socket.once('drain', resolve))
    }
    await done
    socket.destroy()
    const perKey = (residentBytes(server.child.pid) - before) / keys
    console.log(`| ${server.name} | ${median(starts).toFixed(0)} | ${perKey.toFixed(0)} |`)
    stop(server)
  }
}

const startKeyper = () => start('keyper', process.execPath, [main])
const startRedis = () => start('redis-server', 'redis-server', ['--daemonize', 'no'])
const make = has('redis-server') ? [startKeyper, startRedis] : [startKeyper]
const servers = []
try {
  for (const begin of make) servers.push(await begin())
  await speed(servers)
} finally {
  for (const server of servers) stop(server)
}
await memory(make)
