/** The tools as a user calls them: which words ask for one, and which for a server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { DumpBuilder, string } from '../rdb/dump-builder.ts'
import { FIXTURES } from '../rdb/fixture.ts'
import { runKeyper, startKeyperProcess } from '../support/keyper-process.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyper-tools-process-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

it('help lists the tools', async () => {
  for (const words of [['help'], ['--help']]) {
    const { code, stdout, stderr } = await runKeyper(words)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Usage: keyper [path/to/redis.conf | -] [--directive value ...]')
    expect(stdout).toMatch(/^ {2}rdb .*\n {2}aof /m)
  }
  const { stdout } = await runKeyper(['help', 'rdb'])
  for (const name of ['info', 'json', 'keys', 'memory', 'check', 'diff'])
    expect(stdout).toMatch(`\n  ${name} [options]`)
  expect((await runKeyper(['help', 'rdb', 'json'])).stdout).toContain('Usage: keyper rdb json [options] <file>')
})

it('a configuration file may be called rdb, aof or help', async () => {
  for (const name of ['rdb', 'aof', 'help']) {
    const dir = scratch()
    writeFileSync(join(dir, name), 'databases 3\n')
    const server = await startKeyperProcess({ config: join(dir, name), dir })
    onTestFinished(() => server.stop())
    const client = await server.client()
    expect(await client.command('CONFIG', 'GET', 'databases')).toEqual(['databases', '3'])
  }
  const dir = scratch()
  writeFileSync(join(dir, 'rdb'), 'no-such-directive 1\n')
  const { code, stderr } = await runKeyper(['./rdb'], { cwd: dir })
  expect(code).toBe(1)
  expect(stderr).toMatch(/unknown directive 'no-such-directive'/)
})

it('words of tools behind others are values of directives, as ever', async () => {
  const dir = scratch()
  const server = await startKeyperProcess({ args: ['--dbfilename', 'rdb', '--appendfilename', 'aof'], dir })
  onTestFinished(() => server.stop())
  const client = await server.client()
  expect(await client.command('CONFIG', 'GET', 'dbfilename')).toEqual(['dbfilename', 'rdb'])
})

it('exit codes', async () => {
  expect((await runKeyper(['rdb', 'check', join(FIXTURES, 'empty.rdb')])).code).toBe(0)
  expect((await runKeyper(['rdb', 'check', join(FIXTURES, 'refused-checksum.rdb')])).code).toBe(1)
  expect((await runKeyper(['rdb', 'diff', join(FIXTURES, 'empty.rdb'), join(FIXTURES, 'sets.rdb')])).code).toBe(1)
  expect((await runKeyper(['rdb'])).code).toBe(1)
})

it('standard input', async () => {
  const child = spawn(process.execPath, [MAIN, 'rdb', 'keys', '-'])
  child.stdin.end(readFileSync(join(FIXTURES, 'version-1.rdb')))
  let keys = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    keys += text
  })
  expect(await once(child, 'close')).toEqual([0, null])
  expect(keys.split('\n').sort()).toEqual(['', 'integer', 'list', 'set', 'string'])
})

it('ends quietly when nobody reads on', async () => {
  const dir = scratch()
  const path = join(dir, 'large.rdb')
  const builder = new DumpBuilder(9)
  for (let i = 0; i < 20_000; i++) builder.raw(0, string(`key:${i}`), string('x'.repeat(200)))
  writeFileSync(path, builder.end())
  const child = spawn(process.execPath, [MAIN, 'rdb', 'json', path])
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(errors).toBe('')
})
