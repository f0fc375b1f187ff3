/**
 * Runs Redis's own test suite, as Debian's source package has it, against Keyper: unit by unit, a fresh server each.
 *
 *   node scripts/redis-suite.mjs [--units unit/type/string,unit/sort] [--server redis] [--jobs 2] [--verbose]
 *
 * Prints for each unit how many tests passed and failed, beside what test/redis-suite/counts.json holds: the passes of
 * the real server and those Keyper had last. Exits 1 when a unit passes fewer than that. `--record` updates the file.
 *
 * The suite is looked for in REDIS_SUITE (a directory that holds `runtest`), then in a cache below node_modules, where it
 * is put with `apt-get source` when it is not there. Nothing of it becomes part of this project.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const countsFile = join(root, 'test/redis-suite/counts.json')
const { values: options } = parseArgs({
  options: {
    units: { type: 'string' },
    server: { type: 'string', default: 'keyper' },
    jobs: { type: 'string', default: '2' },
    record: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

const UNIT_LIMIT_MS = 300_000
const RETRIES = 2

/** The unpacked source package. */
function findSuite() {
  if (process.env.REDIS_SUITE) return process.env.REDIS_SUITE
  const cache = join(root, 'node_modules/.cache/redis-suite')
  const unpacked = () => {
    if (!existsSync(cache)) return null
    const found = readdirSync(cache, { withFileTypes: true }).find(
      (entry) => entry.isDirectory() && existsSync(join(cache, entry.name, 'runtest')),
    )
    return found === undefined ? null : join(cache, found.name)
  }
  const there = unpacked()
  if (there !== null) return there
  mkdirSync(cache, { recursive: true })
  // The machine's own package sources, asked for source packages as well.
  const lists = mkdtempSync(join(tmpdir(), 'keyper-apt-'))
  const parts = join(lists, 'sources.list.d')
  mkdirSync(parts)
  const asSource = (text) => text.replace(/^(\s*)deb(\s)/gm, '$1deb-src$2').replace(/^Types:.*$/gm, 'Types: deb-src')
  const files = ['/etc/apt/sources.list']
  const folder = '/etc/apt/sources.list.d'
  if (existsSync(folder)) files.push(...readdirSync(folder).map((name) => join(folder, name)))
  for (const [i, file] of files.entries()) {
    const kind = /\.(list|sources)$/.exec(file)?.[1]
    if (kind === undefined || !existsSync(file)) continue
    writeFileSync(join(parts, `${i}.${kind}`), asSource(readFileSync(file, 'utf8')))
  }
  const apt = [
    '-o',
    'Dir::Etc::SourceList=/dev/null',
    '-o',
    `Dir::Etc::SourceParts=${parts}`,
    '-o',
    `Dir::State::Lists=${join(lists, 'lists')}`,
  ]
  mkdirSync(join(lists, 'lists/partial'), { recursive: true })
  const run = (args) =>
    execFileSync('apt-get', [...apt, '-qq', ...args], { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'] })
  run(['update'])
  run(['source', '--download-only', 'redis'])
  rmSync(lists, { recursive: true, force: true })
  const archive = readdirSync(cache).find((name) => /^redis_.*\.orig\.tar\.\w+$/.test(name))
  if (archive === undefined) throw new Error('the source package holds no original archive')
  execFileSync('tar', ['xf', archive], { cwd: cache })
  return unpacked()
}

/** The suite wants to see a server binary of its own, and uses these two. */
function provideTools(suite) {
  const binaries = join(suite, 'src')
  for (const name of ['redis-cli', 'redis-benchmark']) {
    const link = join(binaries, name)
    if (!existsSync(link)) symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), link)
  }
  const stub = join(binaries, 'redis-server')
  if (!existsSync(stub)) writeFileSync(stub, '#!/bin/sh\nexit 1\n', { mode: 0o755 })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

async function startServer(port, dir) {
  const args = [
    '--port',
    String(port),
    '--dir',
    dir,
    '--enable-debug-command',
    'yes',
    '--enable-protected-configs',
    'yes',
    '--save',
    '',
  ]
  const child =
    options.server === 'redis'
      ? spawn('redis-server', args, { stdio: 'ignore' })
      : spawn(process.execPath, [executable, ...args, '--logfile', join(dir, 'log')], {
          stdio: 'ignore',
        })
  let gone = false
  child.once('exit', () => {
    gone = true
  })
  for (;;) {
    if (gone) throw new Error('the server did not start')
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return { child, crashed: () => gone }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function runUnit(suite, unit) {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'keyper-suite-'))
  const started = Date.now()
  const { child, crashed } = await startServer(port, dir)
  const output = await new Promise((resolve) => {
    const args = [
      'tests/test_helper.tcl',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--single',
      unit,
      '--durable',
      '--tags',
      '-slow',
      '--baseport',
      String(20000 + Math.floor(Math.random() * 20000)),
    ]
    const suiteRun = spawn('tclsh', args, { cwd: suite, detached: true })
    let text = ''
    suiteRun.stdout.on('data', (chunk) => {
      text += chunk
    })
    suiteRun.stderr.on('data', (chunk) => {
      text += chunk
    })
    const limit = setTimeout(() => {
      text += '\n[exception]: took too long\n'
      process.kill(-suiteRun.pid, 'SIGKILL')
    }, UNIT_LIMIT_MS)
    suiteRun.once('close', () => {
      clearTimeout(limit)
      resolve(text)
    })
  })
  const died = crashed()
  child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '')
  // Anywhere: the suite prints from several processes, and lines may begin with something else.
  const count = (mark) => plain.split(`${mark}: `).length - 1
  return {
    unit,
    ok: count('[ok]'),
    failed: count('[err]'),
    aborted: /^\[exception\]/m.test(plain) || died,
    died,
    seconds: (Date.now() - started) / 1000,
    text: plain,
  }
}

/** What went wrong, without the tests that passed. */
function troubles(text) {
  const lines = text.split('\n')
  const kept = []
  let on = false
  for (const line of lines) {
    if (/^\[(err|exception|TIMEOUT)\]/.test(line)) on = true
    else if (/^\[(ok|ignore|testing|\d+\/\d+)/.test(line) || line.startsWith('Cleanup') || line.startsWith('Killing'))
      on = false
    if (on && kept.length < 400) kept.push(line.slice(0, 300))
  }
  return kept.join('\n')
}

// A copy: a build meanwhile must not change what is tested.
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
const executable = join(root, `node_modules/.cache/keyper-${process.pid}.mjs`)
copyFileSync(join(root, 'dist/main.js'), executable)
process.on('exit', () => rmSync(executable, { force: true }))

let suite
try {
  suite = findSuite()
} catch (error) {
  // No fault of ours, and nothing to compare with.
  console.log(`Redis's test suite could not be fetched, so it was not run: ${String(error.message).split('\n')[0]}`)
  process.exit(0)
}
provideTools(suite)
const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : {}
const units = options.units?.split(',') ?? Object.keys(counts)
const queue = [...units]
const field = options.server === 'redis' ? 'redis' : 'keyper'
const results = []
async function worker() {
  for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
    const { redis, keyper } = counts[unit] ?? {}
    let result = await runUnit(suite, unit)
    // Some of its tests are about time, and fail where the machine is busy: only what fails again counts.
    for (let again = 0; again < RETRIES && result.ok < (counts[unit]?.[field] ?? 0); again++) {
      console.log(`${unit}: ${result.ok} ok, once more`)
      const next = await runUnit(suite, unit)
      if (next.ok > result.ok) result = next
    }
    results.push(result)
    const state = `${result.ok} ok, ${result.failed} failed${result.aborted ? ', aborted' : ''}${result.died ? ', server gone' : ''}`
    console.log(`${unit}: ${state} (redis ${redis ?? '?'}, recorded ${keyper ?? '?'}; ${result.seconds.toFixed(1)} s)`)
    if (options.verbose) console.log(troubles(result.text))
  }
}
await Promise.all(Array.from({ length: Number(options.jobs) }, worker))

let worse = false
for (const { unit, ok } of results) {
  if (ok < (counts[unit]?.[field] ?? 0)) worse = true
  if (options.record) counts[unit] = { ...counts[unit], [field]: ok }
}
if (options.record) {
  const inOrder = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(countsFile, `${JSON.stringify(inOrder, null, 2)}\n`)
}
const total = (pick) => results.reduce((sum, result) => sum + pick(result), 0)
console.log(
  `${results.length} units: ${total((r) => r.ok)} ok, ${total((r) => r.failed)} failed, ${total((r) => Number(r.aborted))} aborted; redis ${total((r) => counts[r.unit]?.redis ?? 0)} ok`,
)
if (worse) {
  console.log('Fewer tests pass than recorded.')
  process.exitCode = 1
}
