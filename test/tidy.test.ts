/** House rules that no compiler checks. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commandIndex, readmeWithTable } from '../scripts/generate.ts'
import { commands } from '../src/commands/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : entry.name.endsWith('.ts') ? [path] : []
  })
}

const sources = filesBelow(src).map((path) => ({ path: relative(src, path), text: readFileSync(path, 'utf8') }))
const tests = filesBelow(join(root, 'test'))
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

/** What each folder may import for values; types may come from anywhere. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  util: [],
  config: ['util'],
  logging: ['config'],
  resp: ['util'],
  types: ['util'],
  store: ['resp', 'types', 'util'],
  spec: ['resp', 'store', 'types', 'util'],
  rdb: ['resp', 'store', 'types', 'util'],
  replication: ['config', 'rdb', 'resp', 'spec', 'store', 'types', 'util'],
  aof: ['config', 'rdb', 'resp', 'spec', 'store', 'types', 'util'],
  scripting: ['resp', 'spec', 'util'],
  security: ['config', 'resp', 'spec', 'store', 'types', 'util'],
  server: [
    'aof',
    'config',
    'logging',
    'rdb',
    'replication',
    'resp',
    'scripting',
    'security',
    'spec',
    'store',
    'types',
    'util',
  ],
  commands: ['rdb', 'replication', 'resp', 'scripting', 'security', 'server', 'spec', 'store', 'types', 'util'],
  transport: ['resp', 'server', 'spec', 'util'],
  cli: ['aof', 'config', 'logging', 'rdb', 'server', 'types', 'util'],
  // The client side: of the server only what a program that embeds it sees.
  kvs: ['', 'resp', 'util'],
  kv: ['', 'kvs', 'util'],
}

describe('imports point one way', () => {
  for (const { path, text } of sources) {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
    const allowed = MAY_IMPORT[folder]
    if (allowed === undefined) continue
    it(path, () => {
      const wrong: string[] = []
      for (const [statement, from] of text.matchAll(/^import\s[^'"]*?from '(\.[^']+)'/gms)) {
        if (/^import type\s/.test(statement)) continue
        const target = relative(src, resolve(src, dirname(path), from))
        const targetFolder = target.includes('/') ? target.slice(0, target.indexOf('/')) : ''
        if (targetFolder !== folder && !allowed.includes(targetFolder)) wrong.push(target)
      }
      expect(wrong).toEqual([])
    })
  }
})

it('time and chance come only through the clock and the random source', () => {
  const banned = /\b(Date\.now|performance\.now|Math\.random|setTimeout|setInterval|setImmediate|process\.hrtime)\b/
  const exempt = new Set(['util/clock.ts', 'util/random.ts'])
  const found = sources
    .filter(({ path }) => !exempt.has(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, i) => (banned.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${path}:${i + 1}`] : [])),
    )
  expect(found).toEqual([])
})

it('only the executable ends the process', () => {
  const found = sources
    .filter(({ path, text }) => path !== 'main.ts' && /\bprocess\.exit\(/.test(text))
    .map((s) => s.path)
  expect(found).toEqual([])
})

it('no glob becomes a regular expression, and no file is left to do', () => {
  const found = sources.filter(({ text }) => /\bnew RegExp\(|\bTODO\b|\bFIXME\b/.test(text)).map((s) => s.path)
  expect(found).toEqual([])
})

describe('every command', () => {
  for (const { declaration, subcommands } of commands) {
    const { name, summary, complexity, since } = declaration
    it(name, () => {
      expect(summary).toMatch(/^[A-Z].*\.$/)
      expect(complexity.length).toBeGreaterThan(3)
      expect(since).toMatch(/^\d+\.\d+\.\d+$/)
      if (subcommands === null) {
        const spelled = new RegExp(`\\b${name.replace(' ', '[ ,\'"]+')}\\b`, 'i')
        expect(spelled.test(tests), `${name} appears in no test`).toBe(true)
      }
    })
  }
})

describe('generated files are fresh', () => {
  it('src/commands/index.ts', () => {
    expect(readFileSync(join(src, 'commands/index.ts'), 'utf8')).toBe(commandIndex())
  })

  it('README.md', async () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe(await readmeWithTable())
  })
})
