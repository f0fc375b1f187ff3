import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startKeyper()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const lua = (code: string, ...args: string[]) => server.call('EVAL', code, String(args.length), ...args)

it('runs commands and returns their replies', async () => {
  expect(await lua('return 1 + 1')).toBe(2)
  expect(await lua("redis.call('set', KEYS[1], 'v') return redis.call('get', KEYS[1])", 'k')).toBe('v')
  expect(await lua("return {1, 2, {3, 'four'}, false, nil, 5}")).toEqual([1, 2, [3, 'four'], null])
  expect(await lua("return redis.call('incr', 'n') + redis.call('incr', 'n')")).toBe(3)
})
