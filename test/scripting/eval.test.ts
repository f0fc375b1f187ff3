import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { error, startKeyper, type TestServer } from '../support/harness.ts'
import { ReplyErrorValue } from '../support/resp-decoder.ts'

let server: TestServer
beforeAll(async () => {
  server = await startKeyper()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const lua = (code: string, ...args: string[]) => server.call('EVAL', code, String(args.length), ...args)

/** What was propagated by `act`, one line a command. */
async function propagated(act: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = []
  const sink = { append: (_db: number, argv: readonly string[]) => void lines.push(argv.join(' ')) }
  const { sinks } = server.server.propagation
  sinks.push(sink)
  await act()
  sinks.splice(sinks.indexOf(sink), 1)
  return lines
}

it('runs commands and returns their replies', async () => {
  expect(await lua('return 1 + 1')).toBe(2)
  expect(await lua("redis.call('set', KEYS[1], 'v') return redis.call('get', KEYS[1])", 'k')).toBe('v')
  expect(await lua("return {1, 2, {3, 'four'}, false, nil, 5}")).toEqual([1, 2, [3, 'four'], null])
  expect(await lua("return redis.call('incr', 'n') + redis.call('incr', 'n')")).toBe(3)
})

describe('propagation', () => {
  it('tells effects, as one when there are several', async () => {
    expect(await propagated(() => lua("return redis.call('get', 'a')"))).toEqual([])
    expect(await propagated(() => lua("redis.call('get', 'a') redis.call('set', 'a', 1)"))).toEqual(['set a 1'])
    expect(await propagated(() => lua("redis.call('incr', 'a') redis.call('incr', 'b')"))).toEqual([
      'MULTI',
      'incr a',
      'incr b',
      'EXEC',
    ])
  })

  it('tells what a script did before it failed', async () => {
    expect(await propagated(() => lua("redis.call('set', 'a', 1) error('x')"))).toEqual(['set a 1'])
    expect(await propagated(() => lua("redis.call('set', 'a', 1) redis.call('lpush', 'a', 1)"))).toEqual(['set a 1'])
  })

  it('is one unit with the transaction around it', async () => {
    const lines = await propagated(async () => {
      await server.run('MULTI')
      await server.run('SET x 1')
      await lua("redis.call('incr', 'a') redis.call('incr', 'b')")
      await server.run('EXEC')
    })
    expect(lines).toEqual(['MULTI', 'SET x 1', 'incr a', 'incr b', 'EXEC'])
  })

  it('can be turned off by the script', async () => {
    const quiet = "redis.set_repl(redis.REPL_NONE) redis.call('set', 'a', 1) redis.call('del', 'a')"
    expect(await propagated(() => lua(quiet))).toEqual([])
    expect(await propagated(() => lua("redis.call('set', 'a', 1)"))).toEqual(['set a 1'])
  })

  it('of functions is that of the commands that change libraries', async () => {
    const code = "#!lua name=p\nredis.register_function('p', function(keys) return redis.call('incr', keys[1]) end)"
    expect(await propagated(() => server.call('FUNCTION', 'LOAD', code))).toEqual([`FUNCTION LOAD ${code}`])
    expect(await propagated(() => server.run('FCALL p 1 n'))).toEqual(['incr n'])
    expect(await propagated(() => server.run('FUNCTION DELETE p'))).toEqual(['FUNCTION DELETE p'])
  })
})

it('time stands still while a script runs', async () => {
  await server.run('SET a 1 PX 100')
  expect(await lua("local t = redis.call('pttl', 'a') for i = 1, 1e6 do end return redis.call('pttl', 'a') - t")).toBe(
    0,
  )
})

it('scripts share nothing', async () => {
  expect(await lua('local ok, e = pcall(function() x = 1 end) return e')).toBe(
    'user_script:1: Attempt to modify a readonly table',
  )
  expect(await lua('string.x = 1')).toBeInstanceOf(ReplyErrorValue)
  expect(await lua("KEYS[1] = 'changed' return KEYS[1]", 'a')).toBe('changed')
  expect(await lua('return KEYS[1]', 'a')).toBe('a')
})

it('SCRIPT SHOW returns the source', async () => {
  const sha = await server.call('SCRIPT', 'LOAD', 'return 5')
  expect(await server.call('SCRIPT', 'SHOW', String(sha))).toBe('return 5')
  expect(await server.run('SCRIPT SHOW nosuch')).toEqual(error('NOSCRIPT No matching script. Please use EVAL.'))
})

it('MONITOR shows the script before what it does', async () => {
  const monitor = await server.client()
  await monitor.command('MONITOR')
  await lua("redis.call('set', 'a', 1)")
  const lines = [await monitor.nextReply(), await monitor.nextReply()].map(String)
  expect(lines[0]).toContain('"EVAL" "redis.call(')
  expect(lines[1]).toContain('[0 lua] "set" "a" "1"')
  await monitor.close()
})

it('ends a script that fills the memory or the stack, not the server', async () => {
  expect(await lua('local function f() return 1 + f() end return f()')).toBeInstanceOf(ReplyErrorValue)
  expect(await lua("local s = 'x' while true do s = s .. s end")).toBeInstanceOf(ReplyErrorValue)
  await lua('local t = {} for i = 1, 1e5 do t = {t} end return t')
  expect(await server.run('PING')).toBe('PONG')
})

it('the libraries outlive a dump', async () => {
  const code = "#!lua name=kept\nredis.register_function('kept', function() return 'here' end)"
  expect(await server.call('FUNCTION', 'LOAD', code)).toBe('kept')
  await server.run('DEBUG RELOAD')
  expect(await server.run('FCALL kept 0')).toBe('here')
  expect(await server.run('FCALL_RO kept 0')).toBeInstanceOf(ReplyErrorValue)
  const dump = await server.run('FUNCTION DUMP')
  await server.run('FUNCTION FLUSH')
  expect(await server.call('FUNCTION', 'RESTORE', Buffer.from(String(dump), 'latin1'))).toBe('OK')
  expect(await server.run('FCALL kept 0')).toBe('here')
  expect(await server.run('FUNCTION STATS')).toEqual([
    'running_script',
    null,
    'engines',
    ['LUA', ['libraries_count', 1, 'functions_count', 1]],
  ])
  await server.run('FUNCTION FLUSH')
})

it('commands that scripts must not use can be let through for tests', async () => {
  const list = "return type(redis.call('client', 'list'))"
  await server.run('DEBUG SET-DISABLE-DENY-SCRIPTS 1')
  expect(await lua(list)).toBe('string')
  await server.run('DEBUG SET-DISABLE-DENY-SCRIPTS 0')
  expect(await lua("return redis.pcall('client', 'list').err")).toBe(
    'ERR This Redis command is not allowed from script',
  )
})
