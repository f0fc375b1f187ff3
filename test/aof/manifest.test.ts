/** Manifests: what is written, what is read, and what is wrong. */
import { describe, expect, it } from 'vitest'
import { Manifest, ManifestError } from '../../src/aof/manifest.ts'

const line = (name: string, seq: number, type: string) => `file ${name} seq ${seq} type ${type}\n`

describe('reading', () => {
  it('takes base, history and increments in any order', () => {
    const manifest = Manifest.parse(
      `# a comment\n${line('a.1.incr.aof', 1, 'i')}${line('a.2.base.rdb', 2, 'b')}${line('a.1.base.rdb', 1, 'h')}${line('a.4.incr.aof', 4, 'i')}`,
    )
    expect(manifest.base).toEqual({ name: 'a.2.base.rdb', seq: 2 })
    expect(manifest.increments.map(({ seq }) => seq)).toEqual([1, 4])
    expect(manifest.history).toEqual([{ name: 'a.1.base.rdb', seq: 1 }])
    expect(manifest.nextIncrement('a').name).toBe('a.5.incr.aof')
    expect(manifest.nextBase('a', true).name).toBe('a.3.base.rdb')
    expect(manifest.nextBase('a', false).name).toBe('a.3.base.aof')
  })

  it('passes over pairs it does not know, in any order and case, and blanks around them', () => {
    const manifest = Manifest.parse('  TYPE b seq 1 future x file "with space.aof"\t\r\n')
    expect(manifest.base).toEqual({ name: 'with space.aof', seq: 1 })
  })

  const wrong: [string, string][] = [
    ['', 'empty AOF manifest'],
    ['\n', 'Invalid AOF manifest file format'],
    ['file a seq 1\n', 'Invalid AOF manifest file format'],
    ['file a seq 1 type b extra\n', 'Invalid AOF manifest file format'],
    ['file "a seq 1 type b\n', 'Invalid AOF manifest file format'],
    ['file a seq 0 type b\n', 'Invalid AOF manifest file format'],
    ['file a seq x type b\n', 'Invalid AOF manifest file format'],
    ['file "" seq 1 type b\n', 'Invalid AOF manifest file format'],
    ['name a seq 1 type b\n', 'Invalid AOF manifest file format'],
    ['file a seq 1 type x\n', 'Unknown AOF file type'],
    ['file /etc/passwd seq 1 type b\n', "can't be a path"],
    ['file ..\\\\a seq 1 type b\n', "can't be a path"],
    [line('a', 1, 'b') + line('b', 2, 'b'), 'duplicate base'],
    [line('a', 2, 'i') + line('b', 2, 'i'), 'non-monotonic'],
    [line('a', 3, 'i') + line('b', 2, 'i'), 'non-monotonic'],
    [`file ${'a'.repeat(1100)} seq 1 type b\n`, 'too long line'],
    ['file a seq 1 type b', 'too long line'],
  ]
  for (const [text, reason] of wrong) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      expect(() => Manifest.parse(text)).toThrow(ManifestError)
      expect(() => Manifest.parse(text)).toThrow(reason)
    })
  }
})

describe('writing', () => {
  it('gives what can be read', () => {
    for (const name of ['appendonly.aof', 'my file.aof', 'quo"te', "apo'strophe", 'b\x00\xff']) {
      const first = new Manifest()
      const base = first.nextBase(name, true)
      const manifest = first.withBase(base, []).withIncrement(first.nextIncrement(name))
      expect(Manifest.parse(manifest.text()).text()).toBe(manifest.text())
      expect(Manifest.parse(manifest.text()).base).toEqual(base)
    }
  })

  it('makes history of what a base replaces, and never uses a number twice', () => {
    const first = new Manifest()
      .withBase({ name: 'a.1.base.rdb', seq: 1 }, [])
      .withIncrement({ name: 'a.1.incr.aof', seq: 1 })
    const increment = first.nextIncrement('a')
    const second = first.withIncrement(increment).withBase(first.nextBase('a', true), [increment])
    expect(second.text()).toBe(
      line('a.2.base.rdb', 2, 'b') +
        line('a.1.incr.aof', 1, 'h') +
        line('a.1.base.rdb', 1, 'h') +
        line('a.2.incr.aof', 2, 'i'),
    )
    const clean = second.withHistory([])
    expect(clean.text()).toBe(line('a.2.base.rdb', 2, 'b') + line('a.2.incr.aof', 2, 'i'))
    const alone = clean.withBase(clean.nextBase('a', true), []).withHistory([])
    expect(alone.nextIncrement('a').seq).toBe(3)
  })
})
