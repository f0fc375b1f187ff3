/** Logging in, files of users, and what the server tells about them. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/cli/load-config.ts'
import { error, startKeyper, type TestServer } from '../support/harness.ts'

const SECRET = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'
const DEFAULT = 'user default on nopass sanitize-payload ~* &* +@all'
const WRONG = error('WRONGPASS invalid username-password pair or user is disabled.')
const NOAUTH = error('NOAUTH Authentication required.')

let folder: string
let server: TestServer | null = null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyper-acl-'))
})
afterEach(async () => {
  await server?.close()
  server = null
  rmSync(folder, { recursive: true, force: true })
})

const start = async (config: Record<string, string> = {}) => (server = await startKeyper({ config }))

describe('the default user', () => {
  it('follows requirepass', async () => {
    const s = await start()
    const early = await s.client()
    expect(await s.run('CONFIG SET requirepass secret')).toBe('OK')
    expect(await s.run('ACL LIST')).toEqual([`user default on sanitize-payload #${SECRET} ~* &* +@all`])
    // Who came before stays.
    expect(await early.command('PING')).toBe('PONG')
    const late = await s.client()
    expect(await late.command('PING')).toEqual(NOAUTH)
    expect(await late.command('AUTH', 'wrong')).toEqual(WRONG)
    expect(await late.command('AUTH', 'secret')).toBe('OK')
    const other = await s.client()
    expect(await s.run('CONFIG SET requirepass ""')).toBe('OK')
    expect(await other.command('PING')).toBe('PONG')
    expect(await s.run('ACL LIST')).toEqual([DEFAULT])
  })

  it('may get passwords by ACL SETUSER as well', async () => {
    const s = await start()
    expect(await s.run('ACL SETUSER default >secret')).toBe('OK')
    const client = await s.client()
    expect(await client.command('GET', 'k')).toEqual(NOAUTH)
    expect(await client.command('AUTH', 'default', 'secret')).toBe('OK')
    expect(await client.command('RESET')).toBe('RESET')
    expect(await client.command('GET', 'k')).toEqual(NOAUTH)
    expect(await s.run('ACL SETUSER default off nopass')).toBe('OK')
    const disabled = await s.client()
    expect(await disabled.command('PING')).toEqual(NOAUTH)
    expect(await disabled.command('AUTH', 'default', 'x')).toEqual(WRONG)
    expect(await s.run('ACL SETUSER default on')).toBe('OK')
  })

  it('can be limited', async () => {
    const s = await start()
    const client = await s.client()
    await s.run('ACL SETUSER admin on nopass +@all ~* &*')
    await s.run('AUTH admin x')
    await s.run('ACL SETUSER default -set')
    expect(String(await client.raw('SET', 'k', 'v'))).toMatch(/^-NOPERM/)
    expect(await client.command('GET', 'k')).toBe(null)
    await s.run('ACL SETUSER default +set')
    expect(await client.command('SET', 'k', 'v')).toBe('OK')
  })
})

describe('descriptions', () => {
  it('keep rules about commands in order and drop those made void', async () => {
    const s = await start()
    const commands = async (rules: string) => {
      await s.run('ACL DELUSER u')
      expect(await s.run(`ACL SETUSER u ${rules}`)).toBe('OK')
      return ((await s.run('ACL GETUSER u')) as unknown[])[5]
    }
    expect(await commands('+get -set +@read -get')).toBe('-@all -set +@read -get')
    expect(await commands('+@all -@admin +CONFIG|GET')).toBe('+@all -@admin +config|get')
    expect(await commands('+config|get +config|set -config')).toBe('-@all -config')
    expect(await commands('+get +@all -@all +set')).toBe('-@all +set')
    expect(await commands('+select|0 +get +select|0')).toBe('-@all +get +select|0')
  })

  it('make the same user again', async () => {
    const s = await start()
    await s.run('ACL SETUSER u on >secret ~a %R~b %W~c &x +@all -@dangerous -get +config|get (+get ~y &z) (-@all %R~q)')
    const line = ((await s.run('ACL LIST')) as string[])[1]
    await s.run('ACL DELUSER u')
    await s.run(`ACL SETUSER ${line.slice('user '.length)}`)
    expect(((await s.run('ACL LIST')) as string[])[1]).toBe(line)
  })

  it('new users listen to what acl-pubsub-default says', async () => {
    const s = await start({ 'acl-pubsub-default': 'allchannels' })
    await s.run('ACL SETUSER u (+get)')
    expect(((await s.run('ACL LIST')) as string[])[1]).toBe('user u off sanitize-payload &* -@all (&* -@all +get)')
    await s.run('CONFIG SET acl-pubsub-default resetchannels')
    await s.run('ACL SETUSER u reset')
    expect(((await s.run('ACL LIST')) as string[])[1]).toBe('user u off sanitize-payload resetchannels -@all')
  })
})

describe('what is told of users', () => {
  it('CLIENT LIST and CLIENT KILL USER', async () => {
    const s = await start()
    await s.run('ACL SETUSER u on nopass +@all')
    const client = await s.client()
    await client.command('AUTH', 'u', '')
    expect(await s.run('CLIENT LIST')).toMatch(/user=default(.|\n)*user=u /)
    expect(await s.run('CLIENT KILL USER u')).toBe(1)
    await client.closed
    expect(await s.run('CLIENT KILL USER nobody')).toEqual(error("ERR No such user 'nobody'"))
  })

  it('INFO counts denials until CONFIG RESETSTAT', async () => {
    const s = await start()
    await s.run('ACL SETUSER u on nopass +get +publish ~k')
    const client = await s.client()
    await client.command('AUTH', 'x', 'y')
    await client.command('AUTH', 'u', '')
    for (const line of ['SET k v', 'DEL k', 'GET x', 'PUBLISH c m']) await client.raw(...line.split(' '))
    const counts = async () =>
      [...String(await s.run('INFO stats')).matchAll(/acl_access_denied_\w+:(\d+)/g)].map((m) => m[1])
    expect(await counts()).toEqual(['1', '2', '1', '1'])
    await s.run('CONFIG RESETSTAT')
    expect(await counts()).toEqual(['0', '0', '0', '0'])
  })

  it('ACL LOG gathers what happens again within a minute, and keeps acllog-max-len entries', async () => {
    const s = await start({ 'acllog-max-len': '2' })
    const client = await s.client(3)
    const login = (name: string) => client.command('AUTH', name, 'x')
    const entries = async () => (await client.command('ACL', 'LOG')) as Map<string, unknown>[]
    await login('one')
    s.advance(1500)
    await login('one')
    s.server.refreshTime()
    const began = s.server.store.now
    expect(await entries()).toMatchObject([
      new Map<string, unknown>([
        ['count', 2],
        ['reason', 'auth'],
        ['context', 'toplevel'],
        ['object', 'AUTH'],
        ['username', 'one'],
        ['age-seconds', 0],
        ['client-info', expect.stringContaining('cmd=auth')],
        ['entry-id', 0],
        ['timestamp-created', began - 1500],
        ['timestamp-last-updated', began],
      ]),
    ])
    s.advance(60_001)
    await login('one')
    await login('two')
    const log = await entries()
    expect(log.map((entry) => [entry.get('username'), entry.get('entry-id'), entry.get('count')])).toEqual([
      ['two', 2, 1],
      ['one', 1, 1],
    ])
    expect(await client.command('ACL', 'LOG', 'RESET')).toBe('OK')
    expect(await entries()).toEqual([])
  })

  it('no password is shown by SLOWLOG', async () => {
    const s = await start({ 'slowlog-log-slower-than': '0' })
    await s.run('ACL SETUSER u on >topsecret')
    const log = JSON.stringify(await s.run('SLOWLOG GET'))
    expect(log).toContain('["ACL","SETUSER","(redacted)","(redacted)","(redacted)"]')
    expect(log).not.toContain('topsecret')
  })
})

describe('files', () => {
  it('aclfile is read at the start, saved and loaded again', async () => {
    const file = join(folder, 'users.acl')
    writeFileSync(file, `user u on #${SECRET} ~k +get\n\n  user default on nopass ~* &* +@all \n`)
    const s = await start({ aclfile: file })
    expect(await s.run('ACL USERS')).toEqual(['default', 'u'])
    const client = await s.client()
    expect(await client.command('AUTH', 'u', 'secret')).toBe('OK')
    await s.run('ACL SETUSER v on nopass +@read (~x +get)')
    expect(await s.run('ACL SAVE')).toBe('OK')
    const saved = readFileSync(file, 'latin1')
    expect(saved).toBe(`${((await s.run('ACL LIST')) as string[]).join('\n')}\n`)
    writeFileSync(file, 'user v on nopass +get\n')
    expect(await s.run('ACL LOAD')).toBe('OK')
    // Their user may have become another one.
    await client.closed
    expect(await s.run('ACL LIST')).toEqual([DEFAULT, 'user v on nopass sanitize-payload resetchannels -@all +get'])
    for (const [text, message] of [
      ['user v +nosuch', `${file}:1: Error in applying operation '+nosuch': Unknown command or category name in ACL. `],
      ['user v bad', `${file}:1: Syntax error. `],
      ['\nusr v', `${file}:2 should start with user keyword followed by the username. `],
      ['user v\nuser v', "WARNING: Duplicate user 'v' found on line 2. "],
    ]) {
      writeFileSync(file, `${text}\n`)
      expect(await s.run('ACL LOAD')).toEqual(
        error(`ERR ${message}WARNING: ACL errors detected, no change to the previously active ACL rules was performed`),
      )
      expect(await s.run('ACL USERS')).toEqual(['default', 'v'])
    }
    rmSync(file)
    expect(await s.run('ACL LOAD')).toEqual(
      error(`ERR Error loading ACLs, opening file '${file}': No such file or directory`),
    )
    expect(await s.run('ACL SAVE')).toBe('OK')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('a server does not start without a sound aclfile', async () => {
    const file = join(folder, 'users.acl')
    await expect(startKeyper({ config: { aclfile: file } })).rejects.toThrow(/opening file .*No such file/)
    writeFileSync(file, 'user u nonsense\n')
    await expect(startKeyper({ config: { aclfile: file } })).rejects.toThrow(/Syntax error/)
  })

  const load = (text: string) => {
    const file = join(folder, 'keyper.conf')
    writeFileSync(file, `port 0\nsave ""\ndir ${folder}\n${text}\n`)
    const { config, configFile, users } = loadConfig({ argv: [file], env: {}, readStdin: () => '' })
    return startApp({ config, configFile, users })
  }

  it('user lines of the configuration make users, and CONFIG REWRITE writes them', async () => {
    const app = await load(`user u on >secret ~k (+set ~w)\nuser default on >other ~* &* +@all`)
    try {
      const lines = app.server.acl.all.map((user) => user.line)
      expect(lines[1]).toBe(
        `user u on sanitize-payload #${SECRET} ~k resetchannels -@all (~w resetchannels -@all +set)`,
      )
      app.server.acl.setUser('w', ['on', 'nopass', '+get'])
      const { config, configFile, acl } = app.server
      expect(config.rewrite(configFile!, [{ name: 'user', aliases: [], ...acl.configLines() }])).toBeNull()
      const written = readFileSync(configFile!, 'latin1')
        .split('\n')
        .filter((line) => line.startsWith('user '))
      expect(written).toEqual(acl.all.map((user) => user.line))
    } finally {
      await app.close()
    }
  })

  it('a file stays without user lines as long as there is no need for them', async () => {
    const app = await load('requirepass secret')
    try {
      expect(app.server.acl.configLines().isDefault).toBe(true)
      app.server.acl.setUser('default', ['>x'])
      expect(app.server.acl.configLines().isDefault).toBe(false)
    } finally {
      await app.close()
    }
  })

  it('wrong user lines are refused by line, without passwords', async () => {
    const cases: [string, RegExp][] = [
      ['user u on +nosuch', /keyper\.conf:4: user u: \+nosuch: Unknown command/],
      ['user u on >secret bad', /:4: user u: bad: Syntax error/],
      ['user u on\nuser u off', /:5: user u: Duplicate user found/],
      ['user u (+get', /:4: user u: the parenthesis at '\(\+get' is not closed/],
      ['user "a b" on', /:4: user a b: spaces are not allowed/],
      ['user u on <secret', /:4: user u: <: The password you are trying to remove/],
      [
        `aclfile ${join('x', 'users.acl')}\nuser u on`,
        /:5: users are defined in an aclfile or by user lines, not both/,
      ],
    ]
    for (const [text, message] of cases) await expect(load(text)).rejects.toThrow(message)
  })
})
