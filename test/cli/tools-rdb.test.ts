import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Summary } from '../../src/cli/tools/summary.ts'
import { type StringStyle, showBytes } from '../../src/cli/tools/text.ts'
import { parseRdbFile, type RdbEntry } from '../../src/rdb/parser.ts'
import { blob, DumpBuilder, int64, length, listpack, type Piece, string, ziplist } from '../rdb/dump-builder.ts'
import { FIXTURES, fixtureNames, fixtureNote } from '../rdb/fixture.ts'
import { startKeyper } from '../support/harness.ts'
import { tool, unescaped } from './tools-support.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyper-tools-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fixture = (name: string) => join(FIXTURES, `${name}.rdb`)

function save(name: string, content: Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const names = fixtureNames().filter((name) => fixtureNote(name).refused === null)
const refused = fixtureNames().filter((name) => fixtureNote(name).refused !== null)

async function entriesOf(path: string): Promise<RdbEntry[]> {
  const entries: RdbEntry[] = []
  for await (const entry of parseRdbFile(path)) entries.push(entry)
  return entries
}

interface Document {
  db: number
  key: string
  type: string
  expireAt?: number
  bytes: number
  value: unknown
}

const documents = (lines: string): Document[] =>
  lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe('bytes as text', () => {
  it('can be turned back, whatever they are', () => {
    const latin1 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1'))
    const utf8 = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text, 'utf8').toString('latin1'))
    fc.assert(
      fc.property(fc.oneof(latin1, utf8), (bytes) => {
        expect(unescaped(showBytes(bytes, 'escape'))).toBe(bytes)
        expect(unescaped(showBytes(bytes, 'utf8'))).toBe(bytes)
        expect(Buffer.from(showBytes(bytes, 'base64'), 'base64').toString('latin1')).toBe(bytes)
        expect(showBytes(bytes, 'escape')).toMatch(/^[\x20-\x7e]*$/)
      }),
    )
  })

  it('shows sound UTF-8 only where that is asked for', () => {
    const bytes = Buffer.from('naïve\\\n').toString('latin1')
    expect(showBytes(bytes, 'escape')).toBe('na\\xc3\\xafve\\\\\\x0a')
    expect(showBytes(bytes, 'utf8')).toBe('naïve\\\\\\x0a')
    expect(showBytes('\xff', 'utf8')).toBe('\\xff')
  })
})

describe('keyper rdb json', () => {
  it.each(names)('%s', async (name) => {
    const entries = await entriesOf(fixture(name))
    const { code, out, err } = await tool(['rdb', 'json', '--lines', fixture(name)])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const shown = documents(out)
    expect(shown.map(({ db, key, type }) => [db, unescaped(key), type])).toEqual(
      entries.map(({ db, key, value }) => [db, key, value.type]),
    )
    for (const [i, { value }] of entries.entries()) {
      const found = shown[i].value
      if (value.type === 'string') expect(unescaped(found as string)).toBe(value.value)
      if (value.type === 'list') expect((found as string[]).map(unescaped)).toEqual(value.values)
      if (value.type === 'set') expect((found as string[]).map(unescaped)).toEqual(value.members)
      if (value.type === 'zset') {
        const pairs = (found as [string, number | string][]).map(([member, score]) => [
          unescaped(member),
          score === 'inf' ? Number.POSITIVE_INFINITY : score === '-inf' ? Number.NEGATIVE_INFINITY : score,
        ])
        expect(pairs).toEqual(value.members.map((member, i) => [member, value.scores[i]]))
      }
      if (value.type === 'hash') {
        const pairs = Object.entries(found as object).map(([field, text]) => [unescaped(field), unescaped(text)])
        expect(pairs.sort()).toEqual(value.fields.map((field, i) => [field, value.values[i]]).sort())
      }
      if (value.type === 'stream') expect(found).toMatchObject({ length: value.stream.length })
    }
    const array = await tool(['rdb', 'json', fixture(name)])
    expect(JSON.parse(array.out)).toEqual(shown)
  })

  it('shows entries and groups of streams', async () => {
    const { out } = await tool(['rdb', 'json', '--lines', '--match', 'stream', fixture('newer-servers')])
    expect(documents(out)[0].value).toEqual({
      length: 3,
      lastId: '2000-0',
      maxDeletedId: '1000-2',
      entriesAdded: 4,
      entries: [
        ['1000-1', ['sensor', '1', 'value', 'one']],
        ['1005-0', ['other', 'fields', 'here', '-5000000000']],
        ['2000-0', ['sensor', '3', 'value', 'three']],
      ],
      groups: [
        {
          name: 'workers',
          lastDeliveredId: '1005-0',
          entriesRead: 3,
          pending: [{ id: '1000-1', deliveryTime: 1600000000000, deliveryCount: 3 }],
          consumers: [{ name: 'alice', seenTime: 1600000000000, activeTime: 1600000000001, pending: ['1000-1'] }],
        },
      ],
    })
  })

  it.each(['escape', 'utf8', 'base64'] as StringStyle[])('writes a long string in parts: %s', async (style) => {
    const text = 'é\\x\0'.repeat(400_000)
    const path = save('long.rdb', new DumpBuilder(9).raw(0, string('k'), string(text)).end())
    const { out } = await tool(['rdb', 'json', '--lines', '--strings', style, path])
    const shown = documents(out)[0].value as string
    expect((style === 'base64' ? Buffer.from(shown, 'base64').toString('latin1') : unescaped(shown)) === text).toBe(
      true,
    )
  })

  it('reads standard input, and selects by database, pattern and type', async () => {
    const input = readFileSync(fixture('databases'))
    const all = documents((await tool(['rdb', 'json', '--lines', '-'], { input })).out)
    const filters: [string[], (d: Document) => boolean][] = [
      [['--db', '1'], ({ db }) => db === 1],
      [['--type', 'set'], ({ type }) => type === 'set'],
      [['--match', 's*'], ({ key }) => key.startsWith('s')],
      [['--db', '0', '--match', '*t', '--type', 'zset'], ({ db, type }) => db === 0 && type === 'zset'],
    ]
    for (const [words, passes] of filters) {
      const { out } = await tool(['rdb', 'json', '--lines', ...words, '-'], { input })
      expect(documents(out)).toEqual(all.filter(passes))
    }
    expect((await tool(['rdb', 'json', '--db', '7', '-'], { input })).out).toBe('[]\n')
  })
})

describe('keyper rdb keys', () => {
  it('one a line, the same as json shows', async () => {
    const lines = (await tool(['rdb', 'keys', fixture('keys')])).out.split('\n').slice(0, -1)
    expect(lines.map(unescaped).sort()).toEqual((await entriesOf(fixture('keys'))).map(({ key }) => key).sort())
  })

  it('--long says more', async () => {
    const { out } = await tool(['rdb', 'keys', '--long', '--match', 'in *', fixture('deadlines')])
    expect(out.split('\n')).toEqual([
      '0\tstring\tstring\t1\t21\t2038-01-19T03:03:20.000Z\tin seconds',
      '0\tstring\tstring\t1\t28\t2100-01-01T00:00:00.123Z\tin milliseconds',
      '',
    ])
  })
})

describe('keyper rdb info', () => {
  it.each(names)('%s', async (name) => {
    const entries = await entriesOf(fixture(name))
    const { code, out } = await tool(['rdb', 'info', '--json', '--largest', '3', fixture(name)])
    expect(code).toBe(0)
    const found = JSON.parse(out)
    expect(found.version).toBe(fixtureNote(name).version)
    expect(found.keys).toBe(entries.length)
    const file = readFileSync(fixture(name))
    expect(found.fileBytes).toBe(file.length)
    expect(found.libraries).toHaveLength(fixtureNote(name).functions.length)
    const sum = (rows: { keys: number; bytes: number }[]) => rows.reduce((n, { bytes }) => n + bytes, 0)
    for (const rows of [found.types, found.databases, found.prefixes, found.encodings]) {
      expect(sum(rows)).toBe(found.bytes)
    }
    const sizes = documents((await tool(['rdb', 'json', '--lines', fixture(name)])).out).map(({ bytes }) => bytes)
    expect(found.largest.map(({ bytes }: { bytes: number }) => bytes)).toEqual(sizes.sort((a, b) => b - a).slice(0, 3))
  })

  it('every byte of a dump is accounted for', async () => {
    const { out } = await tool(['rdb', 'info', '--json', fixture('ziplists')])
    const { bytes, fileBytes } = JSON.parse(out)
    // Head, facts about the writer, end and checksum are what is left.
    expect(fileBytes - bytes).toBeLessThan(60)
  })

  it('says where there is no checksum', async () => {
    expect((await tool(['rdb', 'info', fixture('no-checksum')])).out).toMatch(/checksum none\n/)
  })

  it('groups by prefixes of several parts, and keeps within bounds', () => {
    const entry = (key: string): RdbEntry => ({
      ...{ db: 0, key, expireAtMs: null, idleSeconds: null, frequency: null },
      value: { type: 'string', encoding: 'string', value: '' },
    })
    const options = { largest: 2, delimiter: '::', depth: 2, now: 0 }
    const few = new Summary(options)
    for (const key of ['a::b::c', 'a::b::d', 'a::x', 'none', 'z::z::z']) few.add(entry(key), 10)
    expect(few.topPrefixes().map(([prefix, { keys }]) => [prefix, keys])).toEqual([
      ['a::b::', 2],
      ['', 1],
      [null, 2],
    ])
    const many = new Summary({ ...options, depth: 1 })
    for (let i = 0; i < 50_000; i++) many.add(entry(`${i}::x`), i === 0 ? 1000 : 1)
    const [first, , rest] = many.topPrefixes()
    expect(first).toEqual(['0::', { keys: 1, bytes: 1000, elements: 1, expires: 0 }])
    expect(rest).toEqual([null, { keys: 49_998, bytes: 49_998, elements: 49_998, expires: 0 }])
    expect(many.total.keys).toBe(50_000)
  })
})

describe('keyper rdb memory', () => {
  it('gives what MEMORY USAGE says once the dump is loaded', async () => {
    for (const name of ['databases', 'streams', 'hashes', 'ziplists']) {
      const lines = (await tool(['rdb', 'memory', '--csv', fixture(name)])).out.split('\n').slice(1, -1)
      const server = await startKeyper({ mirror: false, config: { dbfilename: 'd.rdb' } })
      writeFileSync(join(server.dir, 'd.rdb'), readFileSync(fixture(name)))
      expect(await server.run('DEBUG RELOAD NOSAVE')).toBe('OK')
      expect(lines.length).toBe(fixtureNote(name).keys)
      for (const line of lines) {
        const [, db, key, bytes] = /^(\d+),\w+,"(.*)",(\d+),/.exec(line)!
        await server.run(`SELECT ${db}`)
        expect(await server.call('MEMORY', 'USAGE', unescaped(key), 'SAMPLES', 0)).toBe(Number(bytes))
      }
      await server.close()
    }
  })

  it('leaves small keys out where that is asked for', async () => {
    const { out } = await tool(['rdb', 'memory', '--json', '--at-least', '1000', fixture('ziplists')])
    expect(JSON.parse(out).largest.map(({ key }: { key: string }) => key)).toEqual(['list of strings', 'hash'])
  })
})

describe('keyper rdb check', () => {
  it.each(names)('%s is sound', async (name) => {
    const { code, out, err } = await tool(['rdb', 'check', '--duplicates', fixture(name)])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`${fixture(name)}: sound: RDB version ${fixtureNote(name).version}, `)
  })

  it.each(refused.filter((name) => !name.includes('module')))('%s', async (name) => {
    const { code, out, err } = await tool(['rdb', 'check', '--duplicates', fixture(name)])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^keyper: [^\n]+\n$/)
    expect(err).toMatch(/\(at byte \d+\)|is there twice/)
  })

  it('says where it broke and what came before', async () => {
    const dump = new DumpBuilder(9).raw(0, string('fine'), string('v'), 30, string('odd'), string('v')).end()
    const { code, err } = await tool(['rdb', 'check', save('odd.rdb', dump)])
    expect(code).toBe(1)
    expect(err).toBe(
      `keyper: ${join(folder, 'odd.rdb')}: unknown value type 30 (at byte 22); before that 1 key was read, the last one db0 'fine'\n`,
    )
  })

  it('a dump cut off anywhere', async () => {
    const dump = readFileSync(fixture('deadlines'))
    for (let end = 0; end < dump.length; end++) {
      const { code, err } = await tool(['rdb', 'check', '-'], { input: dump.subarray(0, end) })
      expect(code).toBe(1)
      expect(err).toMatch(/^keyper: standard input: [^\n]+ \(at byte \d+\)[^\n]*\n$/)
    }
  })

  it('names modules, and bytes behind the end', async () => {
    expect((await tool(['rdb', 'check', fixture('refused-module-value')])).out).toMatch(/\nData of modules .*: \w{9}\n/)
    const input = Buffer.concat([readFileSync(fixture('empty')), Buffer.from('more')])
    expect((await tool(['rdb', 'check', '-'], { input })).out).toMatch(
      /\nMore bytes follow the end of the dump at byte 89/,
    )
  })
})

describe('keyper rdb diff', () => {
  const dump = (...pieces: readonly Piece[]) => new DumpBuilder(10).raw(...pieces).end()

  it.each(names)('%s is the same as itself', async (name) => {
    const { code, out } = await tool(['rdb', 'diff', fixture(name), '-'], { input: readFileSync(fixture(name)) })
    expect(code).toBe(0)
    expect(out).toBe(`${fixture(name)} and standard input hold the same\n`)
  })

  it('neither encodings nor the order of what has none make a difference', async () => {
    const plain = dump(
      4,
      string('h'),
      length(2),
      string('a'),
      string('1'),
      string('b'),
      string('2'),
      0,
      string('s'),
      string('17'),
    )
    const packed = dump(0, string('s'), 0xc0, 17, 13, string('h'), blob(ziplist(['b', 2, 'a', 1])))
    const { code } = await tool(['rdb', 'diff', save('plain.rdb', plain), save('packed.rdb', packed)])
    expect(code).toBe(0)
  })

  it('shows what differs', async () => {
    const deadline = int64(4102358400000)
    const a = dump(0, string('only a'), string('v'), 0, string('both'), string('v'), 0, string('when'), string('v'))
    const b = dump(
      ...[1, string('both'), length(1), string('v'), 252, deadline, 0, string('when'), string('v')],
      ...[254, 3, 16, string('only b'), blob(listpack(['f', 'v'])), 245, string('#!lua name=lib\nreturn')],
    )
    const [first, second] = [save('a.rdb', a), save('b.rdb', b)]
    const text = await tool(['rdb', 'diff', first, second])
    expect(text.code).toBe(1)
    expect(text.out.replace(/[0-9a-f]{12}/g, 'HASH').split('\n')).toEqual([
      'value: db0 both: string HASH, list HASH',
      'deadline: db0 when: none, 2099-12-31T00:00:00.000Z',
      'only in second: db3 only b (hash)',
      'only in second: function library lib',
      'only in first: db0 only a (string)',
      `5 differences between ${first} and ${second}`,
      '',
    ])
    const json = await tool(['rdb', 'diff', '--json', first, second])
    expect(json.code).toBe(1)
    expect(
      json.out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).difference),
    ).toEqual([...['value', 'deadline', 'only in second', 'only in second', 'only in first']])
    expect(await tool(['rdb', 'diff', '--quiet', first, second])).toEqual({ code: 1, out: '', err: '' })
    expect((await tool(['rdb', 'diff', '--match', 'nothing', first, second])).out).toMatch(/library/)
  })

  it('cannot read both from one input', async () => {
    const { code, err } = await tool(['rdb', 'diff', '-', '-'])
    expect({ code, err }).toEqual({ code: 1, err: 'keyper: only one of the two dumps can be standard input\n' })
  })
})

describe('what is not there or not asked for rightly', () => {
  it.each([
    [['rdb', 'info', '/nowhere/x.rdb'], 'keyper: /nowhere/x.rdb: No such file or directory\n'],
    [['rdb', 'info', folder], `keyper: ${folder}: Illegal operation on a directory\n`],
    [
      ['rdb', 'check', join(FIXTURES, 'README.md')],
      /^keyper: .*: not a Redis dump: it does not begin with REDIS \(at byte 0\)\n$/,
    ],
    [['rdb', 'nonsense'], "keyper: unknown command 'nonsense'\n"],
    [['rdb', 'info'], "keyper: missing required argument 'file'\n"],
    [
      ['rdb', 'info', '--largest', '-1', 'x'],
      /^keyper: option '--largest <count>' argument '-1' is invalid\. It must be a number from 0 to 10000\.\n$/,
    ],
    [['rdb', 'json', '--strings', 'hex', 'x'], /^keyper: option '--strings <style>' argument 'hex' is invalid/],
  ] as [string[], string | RegExp][])('%j', async (argv, expected) => {
    const { code, out, err } = await tool(argv)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    if (typeof expected === 'string') expect(err).toBe(expected)
    else expect(err).toMatch(expected)
  })

  it('progress shows on a terminal, on standard error only, and goes again', async () => {
    const path = fixture('lists')
    const shown = await tool(['rdb', 'check', path], { terminal: true })
    expect(shown.err).toContain(`${path}: [==============================] 100 % of 11.2 KiB`)
    expect(shown.err.endsWith('\r\x1b[K')).toBe(true)
    const hidden = await tool(['rdb', 'check', path])
    expect(hidden).toEqual({ code: 0, out: shown.out, err: '' })
    const unknown = await tool(['rdb', 'check', '-'], { terminal: true, input: readFileSync(path) })
    expect(unknown.err).toContain('standard input: 0 B')
  })
})
