/**
 * `npm run bench`: redis-benchmark against Keyper and, where it is installed, redis-server, in turn.
 *
 * Absolute numbers of a shared machine mean little, so the two servers take turns and what counts is the ratio of
 * medians: requests per second, and CPU time per request read from the operating system for each server process.
 */
import { spawnSync } from 'node:child_process'
import net from 'node:net'
import { collections } from './bench-collections.mjs'
import { cpuSeconds, has, median, residentBytes, starters, stop } from './bench-servers.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const TESTS = 'ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange,mset'.split(',')
const wanted = process.argv[2]?.split(',') ?? ['set', 'get']

if (!has('redis-benchmark')) {
  console.log('redis-benchmark is not installed: nothing to measure with.')
  process.exit(0)
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

if (wanted[0] === 'collections') {
  await collections()
  process.exit(0)
}
const servers = []
try {
  for (const begin of starters) servers.push(await begin())
  await speed(servers)
} finally {
  for (const server of servers) stop(server)
}
await memory(starters)
