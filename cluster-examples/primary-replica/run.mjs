/** A primary and two replicas on this machine, until Ctrl-C. See README.md beside this file. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '7000' }, redis: { type: 'boolean', default: false } },
})
const first = Number(options.port)
const home = mkdtempSync(join(tmpdir(), 'keyper-primary-replica-'))
const children = []

function stop(code) {
  for (const child of children) child.kill('SIGTERM')
  rmSync(home, { recursive: true, force: true })
  process.exit(code)
}
process.on('SIGINT', () => stop(0))
process.on('SIGTERM', () => stop(0))

function start(name, port, more, command = [process.execPath, main]) {
  const dir = join(home, name)
  mkdirSync(dir)
  const args = ['--port', port, '--dir', dir, '--save', '', '--repl-diskless-sync-delay', '0', ...more].map(String)
  const child = spawn(command[0], [...command.slice(1), ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  child.once('exit', (code) => {
    console.error(`${name} ended (${code}).`)
    stop(1)
  })
  children.push(child)
}

/** The reply to one inline command, as text; null while nobody answers. */
function ask(port, line) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      socket.end()
    })
    socket.once('error', () => resolve(null))
    socket.once('close', () => resolve(text === '' ? null : text))
  })
}

start('primary', first, ['--enable-debug-command', 'local'])
start('replica-1', first + 1, ['--replicaof', `127.0.0.1 ${first}`])
start('replica-2', first + 2, ['--replicaof', `127.0.0.1 ${first}`], options.redis ? ['redis-server'] : undefined)
for (const port of [first + 1, first + 2]) {
  while (!(await ask(port, 'INFO replication'))?.includes('master_link_status:up')) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
console.log(`Primary on port ${first}, replicas on ${first + 1} and ${first + 2}, all in step. Ctrl-C stops them.`)
