/** Scripts that take long: what others are told meanwhile, and how such a script is ended. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type KeyperProcess, startKeyperProcess } from '../support/keyper-process.ts'
import type { RawClient } from '../support/raw-client.ts'
import { ReplyErrorValue } from '../support/resp-decoder.ts'

let keyper: KeyperProcess
let runner: RawClient
let other: RawClient

beforeAll(async () => {
  keyper = await startKeyperProcess({ args: ['--busy-reply-threshold', '20', '--save', ''] })
  runner = await keyper.client()
  other = await keyper.client()
  // Both are served once before the first script holds the server.
  await runner.command('PING')
  await other.command('PING')
})
afterAll(() => keyper.stop())

const message = (reply: unknown) => (reply instanceof ReplyErrorValue ? reply.message : reply)

/** Asks until the server says that it is busy. */
async function untilBusy(): Promise<string> {
  for (;;) {
    const reply = message(await other.command('GET', 'a'))
    if (typeof reply === 'string' && reply.startsWith('BUSY')) return reply
  }
}

it('others are told BUSY, and SCRIPT KILL ends it', async () => {
  const script = runner.command('EVAL', 'while true do end', 0)
  expect(await untilBusy()).toBe(
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  )
  expect(message(await other.command('FUNCTION', 'KILL'))).toMatch(/^BUSY/)
  expect(message(await other.command('SHUTDOWN'))).toMatch(/^BUSY/)
  expect(await other.command('SCRIPT', 'KILL')).toBe('OK')
  expect(message(await script)).toMatch(/^ERR .*Script killed by user/)
  expect(await other.command('PING')).toBe('PONG')
  expect(message(await other.command('SCRIPT', 'KILL'))).toBe('NOTBUSY No scripts in execution right now.')
})

it('pcall does not keep it alive', async () => {
  const script = runner.command('EVAL', 'local f = function() while true do end end while true do pcall(f) end', 0)
  await untilBusy()
  expect(await other.command('SCRIPT', 'KILL')).toBe('OK')
  expect(message(await script)).toMatch(/Script killed by user/)
})

it('a function is ended by FUNCTION KILL', async () => {
  const code = "#!lua name=slow\nredis.register_function('slow', function() while true do end end)"
  expect(await runner.command('FUNCTION', 'LOAD', code)).toBe('slow')
  const call = runner.command('FCALL', 'slow', 0)
  expect(await untilBusy()).toBe(
    'BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.',
  )
  expect(String(await other.command('FUNCTION', 'STATS'))).toContain('running_script,name,slow,command,FCALL,slow,0')
  expect(message(await other.command('SCRIPT', 'KILL'))).toMatch(/^BUSY/)
  expect(await other.command('FUNCTION', 'KILL')).toBe('OK')
  expect(message(await call)).toMatch(/Script killed by user/)
})

it('loading a library must not take long', async () => {
  const reply = await runner.command('FUNCTION', 'LOAD', '#!lua name=x\nwhile true do end')
  expect(message(reply)).toMatch(/FUNCTION LOAD timeout/)
})

it('what wrote cannot be killed, but the server can be ended', async () => {
  runner.command('EVAL', "redis.call('set', 'a', 1) while true do end", 0).catch(() => {})
  await untilBusy()
  expect(message(await other.command('SCRIPT', 'KILL'))).toMatch(/^UNKILLABLE Sorry/)
  const ended = new Promise((resolve) => keyper.child.once('exit', resolve))
  other.command('SHUTDOWN', 'NOSAVE').catch(() => {})
  expect(await ended).toBe(0)
})
