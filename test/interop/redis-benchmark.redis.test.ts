/** redis-benchmark runs against Keyper without a word of complaint. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'
import { describeWithTool, runTool } from './tools.ts'

const TESTS = 'ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange,mset'
/** Both forms of PING, LPUSH once more before the four of LRANGE. */
const LINES = 20

describeWithTool('redis-benchmark', 'redis-benchmark', () => {
  let server: TestServer
  beforeAll(async () => {
    // No mirrors: SPOP and ZPOPMIN on data of many thousand elements is their test elsewhere, and this is about clients.
    server = await startKeyper({ clock: 'system', mirror: false })
  })
  afterEach(() => server.reset())
  afterAll(() => server?.close())

  const modes: readonly (readonly string[])[] = [[], ['-P', '16'], ['-c', '1'], ['-r', '1000', '--threads', '2']]
  it.each(modes.map((args) => ({ args })))('runs every test with $args', async ({ args }) => {
    const line = ['-h', '127.0.0.1', '-p', String(server.port), '-t', TESTS, '-n', '2000', '-q', ...args]
    const { code, stdout, stderr } = await runTool('redis-benchmark', line)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toMatch(/error|warn|could not/i)
    const results = stdout.split(/[\r\n]+/).filter((text) => /: [\d.]+ requests per second/.test(text))
    expect(results).toHaveLength(LINES)
  })

  it('runs a command of its caller, in RESP3 and in another database', async () => {
    const line = ['-p', String(server.port), '-n', '1000', '-q', '-r', '10', '-3', '--dbnum', '2']
    const { code, stdout, stderr } = await runTool('redis-benchmark', [...line, 'HSET', 'h:__rand_int__', 'f', 'v'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toMatch(/error|warn|could not/i)
    expect(await server.run('DBSIZE')).toBe(0)
    await server.run('SELECT 2')
    expect(await server.run('DBSIZE')).toBe(10)
  })

  it('reports as CSV', async () => {
    const line = ['-p', String(server.port), '-n', '1000', '--csv', '-t', 'set']
    const { stdout, stderr } = await runTool('redis-benchmark', line)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^"test","rps",.*\n"SET","[\d.]+",/)
  })
})
