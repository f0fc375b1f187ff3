/** Servers to measure: started on free ports, watched through the operating system, stopped. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = join(fileURLToPath(new URL('..', import.meta.url)), 'dist/main.js')
const CLOCK_TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100

export const has = (command) => spawnSync(command, ['--version']).status === 0
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

export function stop(server) {
  server.child.kill('SIGKILL')
  rmSync(server.dir, { recursive: true, force: true })
}

/** Seconds of CPU a process has used. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS
}

export function residentBytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

const startKeyper = () => start('keyper', process.execPath, [main])
const startRedis = () => start('redis-server', 'redis-server', ['--daemonize', 'no'])

/** How to start each server there is. */
export const starters = has('redis-server') ? [startKeyper, startRedis] : [startKeyper]
