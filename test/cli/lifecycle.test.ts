import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run, scratch, start } from '../config/support.ts'
import { type KeyperProcess, runKeyper, startKeyperProcess } from '../support/keyper-process.ts'
import { RawClient } from '../support/raw-client.ts'
import { freePort } from '../support/redis-oracle.ts'

function folder(files: Record<string, string> = {}): string {
  const { path, remove } = scratch(files)
  onTestFinished(remove)
  return path
}

async function keyper(args: readonly string[], dir?: string): Promise<KeyperProcess> {
  const server = await startKeyperProcess({ args, ...(dir === undefined ? {} : { dir }) })
  onTestFinished(() => server.stop())
  return server
}

/** The process a pid file names; never 0, which would be every process of this group. */
function pidIn(path: string): number {
  const pid = Number(readFileSync(path, 'latin1'))
  if (!(pid > 1)) throw new Error(`${path} holds no process id yet`)
  return pid
}

/** Resolves once the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('signals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s saves where there are save points, and ends with 0', async (signal) => {
    const dir = folder()
    const server = await keyper(['--save', '900 1', '--pidfile', 'keyper.pid'], dir)
    const client = await server.client()
    await client.command('SET', 'key', 'value')
    expect(readFileSync(join(dir, 'keyper.pid'), 'latin1')).toBe(`${server.pid}\n`)
    expect(await server.end(signal)).toBe(0)
    expect(server.output()).toContain(`Received ${signal}, scheduling shutdown...`)
    expect(server.output()).toContain('Saving the final RDB snapshot before exiting.')
    expect(server.output()).toContain('bye bye')
    expect(existsSync(join(dir, 'keyper.pid'))).toBe(false)
    const again = await keyper([], dir)
    expect(await (await again.client()).command('GET', 'key')).toBe('value')
  })

  it('without save points nothing is saved', async () => {
    const dir = folder()
    const server = await keyper(['--save', ''], dir)
    await (await server.client()).command('SET', 'key', 'value')
    expect(await server.end()).toBe(0)
    expect(existsSync(join(dir, 'dump.rdb'))).toBe(false)
  })

  it('shutdown-on-sigterm and shutdown-on-sigint say otherwise', async () => {
    const saving = folder()
    const server = await keyper(['--save', '', '--shutdown-on-sigterm', 'save now'], saving)
    expect(await server.end('SIGTERM')).toBe(0)
    expect(existsSync(join(saving, 'dump.rdb'))).toBe(true)
    const not = folder()
    const other = await keyper(['--save', '900 1', '--shutdown-on-sigint', 'nosave'], not)
    await (await other.client()).command('SET', 'key', 'value')
    expect(await other.end('SIGINT')).toBe(0)
    expect(existsSync(join(not, 'dump.rdb'))).toBe(false)
  })

  it('a dump that cannot be written keeps the server alive; a second SIGINT ends it with 1', async () => {
    const dir = folder()
    const server = await keyper(
      ['--save', '900 1', '--dbfilename', 'gone.rdb', '--enable-protected-configs', 'yes'],
      dir,
    )
    const client = await server.client()
    await client.command('SET', 'key', 'value')
    mkdirSync(join(dir, 'gone.rdb'))
    server.child.kill('SIGINT')
    await until(() => server.output().includes("can't exit"))
    expect(await client.command('GET', 'key')).toBe('value')
    expect(await server.end('SIGINT')).toBe(1)
  })

  it('SIGHUP changes nothing', async () => {
    const server = await keyper([])
    server.child.kill('SIGHUP')
    expect(await (await server.client()).command('PING')).toBe('PONG')
    expect(await server.end()).toBe(0)
  })
})

describe('what cannot start says so in one line and touches nothing', () => {
  it('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as { port: number }
    const dir = folder({ 'dump.rdb': 'not looked at' })
    const { code, stderr } = await run('keyper', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `keyper: Could not listen on 127.0.0.1:${port}: the address is already in use\n`,
    })
    expect(readFileSync(join(dir, 'dump.rdb'), 'latin1')).toBe('not looked at')
  })

  it('a corrupt dump stays as it is', async () => {
    const dir = folder()
    const server = await keyper(['--save', ''], dir)
    const client = await server.client()
    for (let i = 0; i < 50; i++) await client.command('SET', `key:${i}`, `value ${i}`)
    await client.command('SAVE')
    await server.end()
    const dump = readFileSync(join(dir, 'dump.rdb'))
    const port = String(await freePort())
    const truncated = dump.subarray(0, dump.length - 40)
    const flipped = Buffer.from(dump)
    flipped[dump.length - 20] ^= 0xff
    for (const [name, bytes] of [
      ['truncated', truncated],
      ['flipped', flipped],
      ['no dump', Buffer.from('REDISx')],
      ['other text', Buffer.from('hello world, this is no dump')],
      ['empty', Buffer.alloc(0)],
    ] as const) {
      writeFileSync(join(dir, 'dump.rdb'), bytes)
      const hash = () =>
        createHash('sha256')
          .update(readFileSync(join(dir, 'dump.rdb')))
          .digest('hex')
      const before = hash()
      const { code, stderr } = await run('keyper', ['--port', port, '--dir', dir, '--save', '1 1'])
      expect([name, code]).toEqual([name, 1])
      expect(stderr).toMatch(/^keyper: Could not load [^\n]*dump\.rdb: [^\n]+\n$/)
      expect(hash()).toBe(before)
    }
  })

  it.runIf(process.getuid?.() !== 0)('a directory that may not be read', async () => {
    const dir = folder()
    chmodSync(dir, 0o000)
    const { code, stderr } = await run('keyper', ['--dir', dir, '--port', '1'])
    chmodSync(dir, 0o700)
    expect(code).toBe(1)
    expect(stderr).toBe(`keyper: command line: dir ${dir}: permission denied\n`)
  })

  it('a log file in no directory', async () => {
    const { code, stderr } = await runKeyper(['--logfile', '/nowhere/at/all.log', '--port', '1'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^keyper: logfile \/nowhere\/at\/all\.log: [^\n]+\n$/)
  })
})

describe('in the background', () => {
  it('daemonize: the parent ends with 0 once the child is ready', async () => {
    const dir = folder()
    const port = await freePort()
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--logfile', 'keyper.log']
    const config = join(folder({ 'redis.conf': 'daemonize yes\npidfile keyper.pid\n' }), 'redis.conf')
    const { code, stdout, stderr } = await run('keyper', [config, ...args])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    // Ready means ready: no waiting here.
    const client = await RawClient.connect(port)
    onTestFinished(() => client.close())
    expect(await client.command('PING')).toBe('PONG')
    const pid = pidIn(join(dir, 'keyper.pid'))
    onTestFinished(() => {
      if (alive(pid)) process.kill(pid, 'SIGKILL')
    })
    expect(String(await client.command('INFO', 'server'))).toContain(`process_id:${pid}`)
    expect(readFileSync(join(dir, 'keyper.log'), 'latin1')).toContain('Ready to accept connections')

    const second = await run('keyper', [config, ...args, '--pidfile', 'second.pid'])
    expect(second).toEqual({
      code: 1,
      stdout: '',
      stderr: `keyper: Could not listen on 127.0.0.1:${port}: the address is already in use\n`,
    })
    process.kill(pid, 'SIGTERM')
    await until(() => !existsSync(join(dir, 'keyper.pid')) && !alive(pid))
    expect(readFileSync(join(dir, 'keyper.log'), 'latin1')).toContain('Removing the pid file.')
  })

  it('takes standard input and relative names along; wrong ones are told by the parent', async () => {
    const dir = folder()
    const home = folder({ 'redis.conf': 'timeout 5\n' })
    const port = await freePort()
    const input = `daemonize yes\nport ${port}\nbind 127.0.0.1\nsave ""\npidfile ${dir}/keyper.pid\ndir ${dir}\n`
    const { code, stderr } = await run('keyper', ['redis.conf', '-'], { input, cwd: home })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const client = await RawClient.connect(port)
    onTestFinished(() => client.close())
    expect(await client.command('CONFIG', 'GET', 'timeout')).toEqual(['timeout', '5'])
    process.kill(pidIn(join(dir, 'keyper.pid')), 'SIGTERM')
    await until(() => !existsSync(join(dir, 'keyper.pid')))

    const bad = await run('keyper', ['--daemonize', 'yes', '--dbfilename', 'redis.conf', '--port', String(port)], {
      cwd: home,
    })
    expect(bad.code).toBe(1)
    expect(bad.stderr).toMatch(/^keyper: Could not load [^\n]+\n$/)
  })
})

describe('addresses', () => {
  it('several, and optional ones that this machine does not have', async () => {
    const server = await start('keyper', (base) => [
      ...base,
      '--bind',
      '127.0.0.1',
      '127.0.0.2',
      '-203.0.113.7',
      '-::1',
    ])
    onTestFinished(() => server.stop())
    const second = await RawClient.connect(server.port, '127.0.0.2')
    onTestFinished(() => second.close())
    expect(await second.command('PING')).toBe('PONG')
    await expect(RawClient.connect(server.port, '127.0.0.3')).rejects.toThrow()
    if (Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))) {
      const third = await RawClient.connect(server.port, '::1')
      onTestFinished(() => third.close())
      expect(await third.command('PING')).toBe('PONG')
    }
  })

  it('bind and port change while it runs; connections stay; what fails leaves all as it was', async () => {
    const server = await start('keyper')
    onTestFinished(() => server.stop())
    expect(await server.set('bind', '127.0.0.1 127.0.0.2')).toBe('OK')
    const second = await RawClient.connect(server.port, '127.0.0.2')
    onTestFinished(() => second.close())
    // Only now is it surely accepted: what still waits for that goes with the address.
    expect(await second.command('PING')).toBe('PONG')
    const port = await freePort()
    expect(await server.set('port', String(port))).toBe('OK')
    await expect(RawClient.connect(server.port)).rejects.toThrow()
    expect(await second.command('PING')).toBe('PONG')
    const moved = await RawClient.connect(port, '127.0.0.2')
    onTestFinished(() => moved.close())
    expect(String(await moved.command('INFO', 'server'))).toContain(`tcp_port:${port}`)

    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    onTestFinished(() => void taken.close())
    const { port: occupied } = taken.address() as { port: number }
    expect(await server.set('timeout', '5', 'port', String(occupied))).toBe(
      "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
    )
    expect(await server.get('port', 'timeout')).toEqual({ port: String(port), timeout: '0' })
    const still = await RawClient.connect(port)
    onTestFinished(() => still.close())
    expect(await still.command('PING')).toBe('PONG')
    expect(await server.set('port', '0')).toBe('OK')
    await expect(RawClient.connect(port)).rejects.toThrow()
    expect(await server.set('port', String(port))).toBe('OK')
    const back = await RawClient.connect(port)
    onTestFinished(() => back.close())
    expect(await back.command('PING')).toBe('PONG')
  })

  it('a unix socket beside or instead of TCP, with its permissions, and gone at the end', async () => {
    const dir = folder()
    const path = join(dir, 'keyper.sock')
    const server = await keyper(['--unixsocket', path, '--unixsocketperm', '700', '--save', ''], dir)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    const client = await RawClient.connect(path)
    onTestFinished(() => client.close())
    expect(await client.command('PING')).toBe('PONG')
    expect(server.output()).toContain(`The server is now ready to accept connections at ${path}`)
    expect(await server.end()).toBe(0)
    expect(existsSync(path)).toBe(false)

    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
    const only = spawn(process.execPath, [main, '--port', '0', '--unixsocket', path, '--dir', dir, '--save', ''])
    onTestFinished(() => void only.kill('SIGKILL'))
    let output = ''
    only.stdout.on('data', (text) => {
      output += text
    })
    await until(() => output.includes(`ready to accept connections at ${path}`))
    expect(output).not.toContain('Ready to accept connections')
    const alone = await RawClient.connect(path)
    onTestFinished(() => alone.close())
    expect(await alone.command('CONFIG', 'GET', 'port', 'unixsocket')).toEqual(['port', '0', 'unixsocket', path])
  })
})

describe('the log', () => {
  it('is JSON where there is no terminal, one object a line, and says what Redis says', async () => {
    const server = await keyper(['--save', ''])
    await server.end()
    const lines = server.output().trim().split('\n')
    const messages = lines.map((line) => {
      const { level, time, pid, msg } = JSON.parse(line)
      expect(['debug', 'verbose', 'notice', 'warning']).toContain(level)
      expect(Date.parse(time)).not.toBeNaN()
      expect(pid).toBe(server.pid)
      return msg
    })
    expect(messages).toContain('Configuration loaded')
    expect(messages).toContain('Ready to accept connections')
    expect(messages).toContain('User requested shutdown...')
  })

  it.runIf(spawnSync('script', ['--version']).status === 0)('is made for people on a terminal', async () => {
    const dir = folder()
    const port = await freePort()
    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
    const line = `${process.execPath} ${main} --port ${port} --bind 127.0.0.1 --save '' --dir ${dir} --pidfile pid`
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void terminal.kill('SIGKILL'))
    let output = ''
    terminal.stdout.on('data', (text) => {
      output += text
    })
    await until(() => output.includes('Ready to accept connections'))
    await until(() => existsSync(join(dir, 'pid')) && statSync(join(dir, 'pid')).size > 0)
    process.kill(pidIn(join(dir, 'pid')), 'SIGTERM')
    await until(() => output.includes('bye bye'))
    expect(output).not.toContain('{')
  })

  it('goes to the log file, relative to dir; loglevel counts at once', async () => {
    const dir = folder({ 'redis.conf': '' })
    const port = await freePort()
    const args = ['--port', String(port), '--dir', dir, '--bind', '127.0.0.1', '--save', '', '--daemonize', 'yes']
    const { code } = await run('keyper', [
      ...args,
      '--logfile',
      'keyper.log',
      '--pidfile',
      'pid',
      '--loglevel',
      'warning',
    ])
    expect(code).toBe(0)
    const log = () => readFileSync(join(dir, 'keyper.log'), 'latin1')
    expect(log()).toBe('')
    const client = await RawClient.connect(port)
    onTestFinished(() => client.close())
    expect(await client.command('CONFIG', 'SET', 'loglevel', 'debug')).toBe('OK')
    expect(await client.command('SAVE')).toBe('OK')
    expect(log()).toContain('DB saved on disk')
    expect(await client.command('CONFIG', 'SET', 'loglevel', 'nothing')).toBe('OK')
    const before = log()
    process.kill(pidIn(join(dir, 'pid')), 'SIGTERM')
    await until(() => !existsSync(join(dir, 'pid')))
    expect(log()).toBe(before)
  })
})
