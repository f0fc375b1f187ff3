import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../../src/cli/environment.ts'
import { loadConfig } from '../../src/cli/load-config.ts'
import { Config } from '../../src/config/config.ts'
import { ConfigFileError } from '../../src/config/file.ts'
import { run, scratch, start } from '../config/support.ts'

const load = (env: Record<string, string>, argv: readonly string[] = [], stdin = '') =>
  loadConfig({ argv, env, readStdin: () => stdin }).config

function failure(env: Record<string, string>): string {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigFileError) return error.message
    throw error
  }
  return ''
}

describe('directives in the environment', () => {
  it('every directive has a variable', () => {
    const config = new Config()
    for (const [name] of config.get(['*'])) {
      const variable = `KEYPER_${name.toUpperCase().replaceAll('-', '_')}`
      const { lines, ignored } = readEnvironment({ [variable]: 'x' })
      expect(ignored).toEqual([])
      expect(lines).toEqual([{ variable, line: `${name} "x"` }])
    }
  })

  it('stands between the file and the command line', () => {
    const { path, remove } = scratch({ 'redis.conf': 'timeout 1\nmaxclients 100\nhz 20\n' })
    const config = load({ KEYPER_TIMEOUT: '2', KEYPER_MAXCLIENTS: '200' }, [`${path}/redis.conf`, '--timeout', '3'])
    remove()
    expect([config.timeout, config.maxclients, config.hz]).toEqual([3, 200, 20])
  })

  it('a value is taken as it is, spaces and quotes too', () => {
    const config = load({ KEYPER_REQUIREPASS: 'a "b" \'c\' \\x41 #', KEYPER_MASTERAUTH: 'п', KEYPER_MASTERUSER: '' })
    expect(config.requirepass).toBe('a "b" \'c\' \\x41 #')
    expect(Buffer.from(config.masterauth, 'latin1').toString()).toBe('п')
    expect(config.masteruser).toBe('')
  })

  it('directives of several words are split', () => {
    const config = load({
      KEYPER_SAVE: '900 1 300 10',
      KEYPER_BIND: '127.0.0.1 -::1',
      KEYPER_REPLICAOF: '127.0.0.1 6379',
      KEYPER_CLIENT_OUTPUT_BUFFER_LIMIT: 'normal 1mb 0 0',
    })
    expect(config.show('save')).toBe('900 1 300 10')
    expect(config.bind).toEqual(['127.0.0.1', '-::1'])
    expect(config.replicaof).toEqual({ host: '127.0.0.1', port: 6379 })
    expect(config.clientOutputBufferLimit.normal.hard).toBe(1048576)
    const empty = load({ KEYPER_SAVE: '', KEYPER_REPLICAOF: '' })
    expect([empty.save, empty.replicaof]).toEqual([[], null])
  })

  it('wrong values name the variable', () => {
    expect(failure({ KEYPER_PORT: 'abc' })).toBe("KEYPER_PORT: port abc: argument couldn't be parsed into an integer")
    expect(failure({ KEYPER_MAXMEMORY_POLICY: 'bad' })).toMatch(
      /^KEYPER_MAXMEMORY_POLICY: maxmemory-policy bad: argument/,
    )
    expect(failure({ KEYPER_DIR: '/nowhere/at/all' })).toBe('KEYPER_DIR: dir /nowhere/at/all: no such directory')
  })

  it('variables of others are ignored, and so are the ones Kubernetes makes for a service named keyper', async () => {
    const env = {
      KEYPER_PORT: 'tcp://10.0.0.7:6379',
      KEYPER_PORT_6379_TCP: 'tcp://10.0.0.7:6379',
      KEYPER_SERVICE_HOST: '10.0.0.7',
      KEYPER_TIMOUT: '5',
      HOME: '/root',
    }
    const { config, notes } = loadConfig({ argv: [], env, readStdin: () => '' })
    expect(config.port).toBe(6379)
    expect(notes).toEqual([
      'Environment variables that are no directives were ignored: ' +
        'KEYPER_PORT, KEYPER_PORT_6379_TCP, KEYPER_SERVICE_HOST, KEYPER_TIMOUT',
    ])
  })

  it('reaches the executable', async () => {
    const server = await start('keyper', (base) => base, { env: { KEYPER_TIMEOUT: '77', KEYPER_PORT: '1' } })
    try {
      expect(await server.get('timeout', 'port')).toEqual({ timeout: '77', port: String(server.port) })
    } finally {
      await server.stop()
    }
    const { code, stderr } = await run('keyper', [], { env: { KEYPER_PORT: '-1' } })
    expect(code).toBe(1)
    expect(stderr).toBe('keyper: KEYPER_PORT: port -1: argument must be between 0 and 65535 inclusive\n')
  })
})
