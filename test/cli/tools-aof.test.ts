import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bulk, newFolder, start } from '../aof/support.ts'
import { DumpBuilder, string } from '../rdb/dump-builder.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { tool } from './tools-support.ts'

const root = mkdtempSync(join(tmpdir(), 'keyper-tools-aof-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const BASE = 'appendonly.aof.1.base.rdb'
const FIRST = 'appendonly.aof.1.incr.aof'
const SECOND = 'appendonly.aof.2.incr.aof'
const MANIFEST = 'appendonly.aof.manifest'
const dump = new DumpBuilder(10).raw(0, string('a'), string('1')).end()
const sound = bulk('SELECT', '0') + bulk('SET', 'b', '2')

let folders = 0

/** An appendonlydir of a base and two files. */
function make(files: { base?: Buffer | string; first?: string; second?: string; manifest?: string } = {}): string {
  const folder = join(root, `${++folders}`, 'appendonlydir')
  mkdirSync(folder, { recursive: true })
  const manifest = `file ${BASE} seq 1 type b\nfile ${FIRST} seq 1 type i\nfile ${SECOND} seq 2 type i\n`
  const save = (name: string, content: Buffer | string) => writeFileSync(join(folder, name), content, 'latin1')
  save(BASE, files.base ?? dump)
  save(FIRST, files.first ?? sound)
  save(SECOND, files.second ?? sound)
  save(MANIFEST, files.manifest ?? manifest)
  return folder
}

const check = (path: string, ...more: string[]) => tool(['aof', 'check', ...more, path])

describe('keyper aof check', () => {
  it('finds what a server wrote sound: the data folder, its appendonlydir, the manifest, a file', async () => {
    const dir = newFolder()
    const server = await start(dir)
    for (const line of ['SET a 1', 'MULTI', 'INCR a', 'RPUSH l x', 'EXEC']) await server.run(line)
    await server.close()
    const folder = join(dir, 'appendonlydir')
    for (const path of [dir, folder, join(folder, MANIFEST)]) {
      const { code, out, err } = await check(path)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(
        /^appendonly.aof.1.base.rdb: sound: a dump of 0 keys, 0 commands, \d+ bytes\nappendonly.aof.1.incr.aof: sound: 6 commands, \d+ bytes\n$/,
      )
    }
    const file = join(folder, FIRST)
    expect((await check(file)).out).toMatch(`${file}: sound: 6 commands, `)
  })

  it('knows a manifest by its content, too', async () => {
    const folder = make()
    writeFileSync(join(folder, 'copy'), readFileSync(join(folder, MANIFEST)))
    expect((await check(join(folder, 'copy'))).code).toBe(0)
  })

  it('says where and why, and changes nothing', async () => {
    const second = `${sound}*1\r\n$4\r\nPI`
    const folder = make({ second })
    const { code, out, err } = await check(folder)
    expect(code).toBe(1)
    expect(out).toBe(
      `${BASE}: sound: a dump of 1 key, 0 commands, ${dump.length} bytes\n${FIRST}: sound: 2 commands, 50 bytes\n`,
    )
    expect(err).toBe(
      `keyper: ${SECOND}: it ends in the middle of a command (at byte 60); it is sound up to byte 50, 10 bytes follow; --fix cuts it off there\n`,
    )
    expect(readFileSync(join(folder, SECOND), 'latin1')).toBe(second)
  })

  it('--fix --yes cuts off a command, a transaction, and what is damaged', async () => {
    const spoilt = [
      [`${sound}*1\r\n$4\r\nPI`, sound],
      [`${sound}${bulk('MULTI')}${bulk('SET', 'x', 'y')}`, sound],
      [`${sound}${bulk('SET', 'x', 'y').replace('$1', '$7')}${sound}`, sound],
      [`${sound}junk${sound}`, sound],
      [`${sound}${bulk('EXEC')}${sound}`, sound],
      [`${sound}${bulk('MULTI')}${bulk('MULTI')}${bulk('EXEC')}`, sound],
      [`${sound}#TS:17`, sound],
      ['*', ''],
    ]
    for (const [second, left] of spoilt) {
      const folder = make({ second })
      const { code, out, err } = await check(folder, '--fix', '--yes')
      expect({ code, err }, second).toEqual({ code: 0, err: '' })
      expect(out).toContain(`${SECOND}: cut off at byte ${left.length}: `)
      expect(readFileSync(join(folder, SECOND), 'latin1')).toBe(left)
      expect((await check(folder)).code).toBe(0)
    }
  })

  it('cuts nothing off in front of other data, nor out of a dump', async () => {
    const first = `${sound}*1`
    let folder = make({ first })
    let { code, err } = await check(folder, '--fix', '--yes')
    expect(code).toBe(1)
    expect(err).toMatch(/that cannot be cut off, as other files follow it\n$/)
    expect(readFileSync(join(folder, FIRST), 'latin1')).toBe(first)
    folder = make({ base: dump.subarray(0, -9), first: '', second: '' })
    ;({ code, err } = await check(folder, '--fix', '--yes'))
    expect(code).toBe(1)
    expect(err).toMatch(
      /^keyper: appendonly.aof.1.base.rdb: the dump in it is not sound: [^\n]* \(at byte \d+\); that cannot be cut off, as it is a dump\n$/,
    )
    // A file after which only empty ones follow is the last in truth.
    folder = make({ first, second: '' })
    expect((await check(folder, '--fix', '--yes')).code).toBe(0)
    expect(readFileSync(join(folder, FIRST), 'latin1')).toBe(sound)
  })

  it('reads commands behind a dump, in one file', async () => {
    const path = join(root, 'single.aof')
    writeFileSync(path, Buffer.concat([dump, Buffer.from(`${sound}*1`)]))
    const { err } = await check(path)
    expect(err).toContain(`(at byte ${dump.length + 52}); it is sound up to byte ${dump.length + 50}, 2 bytes follow;`)
    expect((await check(path, '--fix', '--yes')).code).toBe(0)
    expect((await check(path)).out).toBe(
      `${path}: sound: a dump of 1 key, 2 commands, ${dump.length + sound.length} bytes\n`,
    )
  })

  it('--fix asks on a terminal, and only there', async () => {
    const second = `${sound}*1`
    const folder = make({ second })
    const without = await check(folder, '--fix')
    expect(without.code).toBe(1)
    expect(without.err).toMatch(/there is no terminal to ask on, so --fix needs --yes\n$/)
    const no = await tool(['aof', 'check', '--fix', folder], { terminal: true, input: 'n\n' })
    expect(no.code).toBe(1)
    expect(no.err).toContain('Cut it off there, which loses 2 bytes of 52? [y/N] ')
    expect(no.err).toMatch(/keyper: nothing was changed\n$/)
    expect(readFileSync(join(folder, SECOND), 'latin1')).toBe(second)
    const yes = await tool(['aof', 'check', '--fix', folder], { terminal: true, input: 'y\n' })
    expect(yes.code).toBe(0)
    expect(readFileSync(join(folder, SECOND), 'latin1')).toBe(sound)
  })

  it('what is not there, or not what it should be', async () => {
    const folder = make({ manifest: 'file a seq x type b\n' })
    expect((await check(folder)).err).toMatch(
      /^keyper: [^\n]*manifest: Invalid AOF manifest file format, at line 1: [^\n]*\n$/,
    )
    const missing = make()
    rmSync(join(missing, SECOND))
    expect((await check(missing)).err).toBe(`keyper: ${SECOND}: No such file or directory\n`)
    expect((await check('/nowhere/at/all')).err).toBe('keyper: /nowhere/at/all: No such file or directory\n')
    const empty = join(root, 'empty')
    mkdirSync(empty)
    expect((await check(empty)).err).toBe(`keyper: ${empty}: there is no manifest of an append-only file in it\n`)
    writeFileSync(join(missing, 'other.manifest'), '')
    expect((await check(missing)).err).toMatch(
      /several manifests: name one of appendonly.aof.manifest, other.manifest\n$/,
    )
    expect((await check('-')).code).toBe(1)
  })
})

describeWithRedis('beside redis-check-aof', () => {
  it('both find the same sound part, wherever a file is cut off', async () => {
    const whole = `${sound}${bulk('MULTI')}${bulk('SET', 'x', 'y')}${bulk('EXEC')}#TS:1700000000\r\n${bulk('SET', 'c', '3')}`
    const path = join(root, 'cut.aof')
    for (let cut = 1; cut <= whole.length; cut += 3) {
      // An annotation without its end is whole to redis-check-aof; what is appended later would then be part of it.
      if (/#[^\n]*$/.test(whole.slice(0, cut))) continue
      writeFileSync(path, whole.slice(0, cut))
      const theirs = spawnSync('redis-check-aof', [path], { encoding: 'utf8' })
      const [, soundTo] = /ok_up_to=(\d+)/.exec(theirs.stdout)!
      const ours = await check(path)
      expect(ours.code, `cut at ${cut}`).toBe(theirs.status)
      if (ours.code === 1) expect(ours.err, `cut at ${cut}`).toContain(`it is sound up to byte ${soundTo},`)
    }
  })
})
