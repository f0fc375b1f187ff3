/** Loading what a crash left, and refusing what no crash leaves. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RdbWriter } from '../../src/rdb/writer.ts'
import { bulk, info, manifest, newFolder, part, restart, start, text } from './support.ts'

/** Makes an appendonlydir; the manifest names the files in their order. */
function make(dir: string, files: Record<string, string>, manifestText?: string): void {
  mkdirSync(join(dir, 'appendonlydir'), { recursive: true })
  let lines = ''
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(part(dir, name), content, 'latin1')
    const [, seq, kind] = /\.(\d+)\.(base|incr)\./.exec(name)!
    lines += `file ${name} seq ${seq} type ${kind === 'base' ? 'b' : 'i'}\n`
  }
  writeFileSync(part(dir, 'appendonly.aof.manifest'), manifestText ?? lines)
}

const failure = (dir: string, config: Record<string, string> = {}): Promise<string> =>
  start(dir, config).then(
    () => 'it started',
    (error: Error) => error.message,
  )

const INCR = 'appendonly.aof.1.incr.aof'

describe('a file that was cut off', () => {
  const commands = [
    bulk('SELECT', '0'),
    bulk('SET', 'a', '1'),
    bulk('MULTI'),
    bulk('SET', 'b', '2'),
    bulk('INCR', 'a'),
    bulk('EXEC'),
    '#TS:1700000000\r\n',
    bulk('SET', 'c', '3'),
  ]
  const whole = commands.join('')
  const until = (n: number) => commands.slice(0, n).join('').length

  it('is loaded up to the last whole command or transaction, wherever the cut is, and then goes on', async () => {
    const dir = newFolder()
    for (let cut = 0; cut <= whole.length; cut++) {
      make(dir, { 'appendonly.aof.1.base.aof': '', [INCR]: whole.slice(0, cut) })
      let server = await start(dir)
      const expected = [
        cut >= until(6) ? '2' : cut >= until(2) ? '1' : null,
        cut >= until(6) ? '2' : null,
        cut >= until(8) ? '3' : null,
      ]
      expect(await server.run('MGET a b c'), `cut at ${cut}`).toEqual(expected)
      await server.run('SET later yes')
      server = await restart(server, dir)
      expect(await server.run('MGET a b c later'), `cut at ${cut}, restarted`).toEqual([...expected, 'yes'])
      await server.close()
    }
  })

  it('is refused with aof-load-truncated no', async () => {
    const dir = newFolder()
    make(dir, { [INCR]: whole.slice(0, -1) })
    expect(await failure(dir, { 'aof-load-truncated': 'no' })).toMatch(
      `Unexpected end of file reading the append only file ${INCR}: what follows offset ${until(7)} is not complete`,
    )
    expect(statSync(part(dir, INCR)).size).toBe(whole.length - 1)
  })

  it('is refused when others with data follow it', async () => {
    const dir = newFolder()
    make(dir, { [INCR]: whole.slice(0, -1), 'appendonly.aof.2.incr.aof': bulk('SET', 'd', '4') })
    expect(await failure(dir)).toMatch(/ends in the middle of a command, at offset \d+, although other files follow/)
  })

  it('is no matter when those that follow are empty: a rewrite was about to begin', async () => {
    const dir = newFolder()
    make(dir, { [INCR]: whole.slice(0, -1), 'appendonly.aof.2.incr.aof': '' })
    let server = await start(dir)
    expect(await server.run('MGET a c')).toEqual(['2', null])
    await server.run('SET later yes')
    expect(text(dir, 'appendonly.aof.2.incr.aof')).toContain('later')
    server = await restart(server, dir)
    expect(await server.run('MGET a c later')).toEqual(['2', null, 'yes'])
  })
})

describe('damage', () => {
  it('is named with its file and offset', async () => {
    const dir = newFolder()
    const good = bulk('SET', 'a', '1')
    for (const [garbage, reason] of [
      ['garbage', 'a command does not begin where it should'],
      ['\0\0\0\0', 'a command does not begin where it should'],
      ['*3\r\n$3\r\nSETx\r\n', 'an argument does not end where it should'],
    ]) {
      make(dir, { [INCR]: good + garbage + good })
      const message = await failure(dir)
      expect(message).toContain(`Bad file format reading the append only file ${INCR}: ${reason}, at offset `)
      expect(Number(/at offset (\d+)/.exec(message)![1])).toBeGreaterThanOrEqual(good.length)
      expect(readFileSync(part(dir, INCR), 'latin1')).toBe(good + garbage + good)
    }
    make(dir, { [INCR]: good + bulk('NOSUCHCOMMAND', 'a') + good })
    expect(await failure(dir)).toBe(
      `Unknown command 'NOSUCHCOMMAND' reading the append only file ${INCR}, at offset ${good.length}`,
    )
  })

  it('of the dump in the base is named', async () => {
    const dir = newFolder()
    let server = await start(dir, { appendonly: 'no' })
    await server.run('RPUSH l a b c')
    await server.run('CONFIG SET appendonly yes')
    await server.until(async () => (await info(server, 'aof_rewrite_in_progress')) === '0')
    await server.close()
    const base = /file (\S+) seq \d+ type b/.exec(manifest(dir))![1]
    const bytes = readFileSync(part(dir, base))
    bytes[bytes.length - 12] ^= 0xff
    writeFileSync(part(dir, base), bytes)
    expect(await failure(dir)).toContain(`The dump in the append only file ${base} is not sound`)
    truncateSync(part(dir, base), bytes.length - 5)
    expect(await failure(dir)).toContain(`The dump in the append only file ${base} is not sound`)
    rmSync(part(dir, base))
    expect(await failure(dir)).toContain(`The append only file ${base} cannot be opened`)
    writeFileSync(part(dir, 'appendonly.aof.manifest'), 'nonsense\n')
    expect(await failure(dir)).toContain('Invalid AOF manifest file format, at line 1: nonsense')
    server = await start(newFolder())
    expect(await server.run('PING')).toBe('PONG')
  })

  it('that single commands fail is reported, and the rest loaded', async () => {
    const dir = newFolder()
    make(dir, { [INCR]: bulk('SET', 'a', 'x') + bulk('LPUSH', 'a', 'y') + bulk('SET', 'b', '2') })
    const server = await start(dir)
    expect(await server.run('MGET a b')).toEqual(['x', '2'])
    expect(server.log.some((line) => /^lpush failed while the append only file was loaded: WRONGTYPE/.test(line))).toBe(
      true,
    )
  })
})

describe('what is loaded', () => {
  it('is the append-only file and not the dump', async () => {
    const dir = newFolder()
    let server = await start(dir)
    await server.run('SET from aof')
    await server.run('CONFIG SET appendonly no')
    await server.run('SET from dump')
    await server.run('SAVE')
    server = await restart(server, dir)
    expect(await server.run('GET from')).toBe('aof')
    server = await restart(server, dir, { appendonly: 'no' })
    expect(await server.run('GET from')).toBe('dump')
  })

  it('says that a dump is not loaded when there is no append-only file', async () => {
    const dir = newFolder()
    let server = await start(dir, { appendonly: 'no' })
    await server.run('SET a 1')
    await server.run('SAVE')
    server = await restart(server, dir)
    expect(await server.run('DBSIZE')).toBe(0)
    expect(server.log.some((line) => line.includes('dump.rdb is not loaded'))).toBe(true)
  })

  it('keeps deadlines that passed while the server was down from bringing back what they ended', async () => {
    const dir = newFolder()
    const past = String(Date.now() - 1000)
    make(dir, { [INCR]: bulk('SET', 'a', '1') + bulk('PEXPIREAT', 'a', past) + bulk('INCR', 'a') })
    const server = await start(dir)
    expect(await server.run('EXISTS a')).toBe(0)
    await server.until(() => text(dir, INCR).endsWith(bulk('DEL', 'a')))
  })

  it('begins with a dump in a single file of old, which commands follow', async () => {
    const dir = newFolder()
    const chunks: Buffer[] = []
    const writer = new RdbWriter((chunk) => chunks.push(chunk), {
      aux: [['aof-base', '1']],
      compression: true,
      checksum: true,
    })
    writer.begin([])
    writer.entry({ db: 0, key: 'base', value: 'yes', expireAt: -1, access: 0 })
    writer.end()
    writeFileSync(join(dir, 'appendonly.aof'), Buffer.concat([...chunks, Buffer.from(bulk('SET', 'tail', 'yes'))]))
    let server = await start(dir)
    expect(await server.run('MGET base tail')).toEqual(['yes', 'yes'])
    server = await restart(server, dir)
    expect(await server.run('MGET base tail')).toEqual(['yes', 'yes'])
    expect(manifest(dir)).toBe('file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n')
  })

  it('goes on with a migration that a crash cut short', async () => {
    const dir = newFolder()
    make(dir, {}, 'file appendonly.aof seq 1 type b\n')
    writeFileSync(join(dir, 'appendonly.aof'), bulk('SET', 'old', 'yes'))
    const server = await start(dir)
    expect(await server.run('GET old')).toBe('yes')
    expect(existsSync(join(dir, 'appendonly.aof'))).toBe(false)
  })

  it('removes history that a crash left behind', async () => {
    const dir = newFolder()
    make(
      dir,
      {
        'appendonly.aof.1.base.aof': bulk('SET', 'wrong', '1'),
        'appendonly.aof.2.base.aof': bulk('SET', 'right', '1'),
      },
      'file appendonly.aof.2.base.aof seq 2 type b\nfile appendonly.aof.1.base.aof seq 1 type h\n',
    )
    const server = await start(dir)
    expect(await server.run('KEYS *')).toEqual(['right'])
    await server.until(() => !existsSync(part(dir, 'appendonly.aof.1.base.aof')))
    await server.until(() => !manifest(dir).includes('type h'))
  })
})
