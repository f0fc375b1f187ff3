/** Commands read out of an append-only file, cut anywhere, and damage found where it is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CommandBuffer } from '../../src/aof/command-buffer.ts'
import { AofFormatError, AofReader } from '../../src/aof/reader.ts'

function encoded(commands: readonly (readonly string[])[]): Buffer {
  const buffer = new CommandBuffer()
  let bytes = 0
  for (const argv of commands) bytes += buffer.command(argv)
  expect(buffer.length).toBe(bytes)
  return Buffer.concat(buffer.take())
}

function readAll(bytes: Buffer, pieces: readonly number[]): { commands: string[][]; reader: AofReader } {
  const reader = new AofReader()
  const commands: string[][] = []
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const end = Math.min(bytes.length, at + Math.max(1, pieces[i % pieces.length]))
    reader.push(bytes.subarray(at, end))
    at = end
    for (let argv = reader.next(); argv !== null; argv = reader.next()) commands.push(argv)
  }
  return { commands, reader }
}

const word = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)), maxLength: 40 }),
  fc.integer({ min: 0, max: 200_000 }).map((n) => 'x'.repeat(n)),
)

describe('reading', () => {
  it('gives back what was written, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 5 }),
        (commands, pieces) => {
          const bytes = encoded(commands)
          const { commands: read, reader } = readAll(bytes, pieces)
          expect(read).toEqual(commands)
          expect(reader.offset).toBe(bytes.length)
          expect(reader.hasPartial).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('knows at each byte where the last whole command ends', () => {
    const commands = [
      ['SET', 'a', '1'],
      ['RPUSH', 'l', '', 'xy'],
      ['DEL', 'a'],
    ]
    const ends = commands.map((_, i) => encoded(commands.slice(0, i + 1)).length)
    const bytes = encoded(commands)
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const piece of [1, 7, 1000]) {
        const { commands: read, reader } = readAll(bytes.subarray(0, cut), [piece])
        const whole = ends.filter((end) => end <= cut)
        expect(read.length).toBe(whole.length)
        expect(reader.offset).toBe(whole.at(-1) ?? 0)
        expect(reader.hasPartial).toBe(cut !== reader.offset)
      }
    }
  })

  it('passes over annotations', () => {
    const bytes = Buffer.from('#TS:1700000000\r\n*1\r\n$4\r\nPING\r\n#anything\n*1\r\n$4\r\nECHO\r\n#TS:2\r\n')
    for (const piece of [1, 5, 100]) {
      const { commands, reader } = readAll(bytes, [piece])
      expect(commands).toEqual([['PING'], ['ECHO']])
      expect(reader.offset).toBe(bytes.length)
    }
  })
})

describe('damage', () => {
  const good = '*1\r\n$4\r\nPING\r\n'
  const wrong: [string, number][] = [
    ['PING\r\n', 0],
    ['\0\0\0\0', 0],
    ['$4\r\nPING\r\n', 0],
    ['*0\r\n', 4],
    ['*-1\r\n', 0],
    ['*x\r\n', 0],
    ['*1\n$4\r\nPING\r\n', 0],
    ['*99999999999999\r\n', 17],
    [`*${'1'.repeat(40)}`, 0],
    ['*1\r\n:4\r\n', 4],
    ['*1\r\n$-4\r\n', 4],
    ['*1\r\n$99999999999999\r\n', 21],
    ['*1\r\n$4\r\nPINGXX', 8],
    ['*1\r\n$3\r\nPING\r\n', 8],
    [`#${'x'.repeat(2000)}`, 0],
  ]
  for (const [text, offset] of wrong) {
    it(`is found in ${JSON.stringify(text.slice(0, 40))}`, () => {
      for (const piece of [1, 3, 10_000]) {
        let failure: unknown = null
        try {
          readAll(Buffer.from(good + text, 'latin1'), [piece])
        } catch (error) {
          failure = error
        }
        expect(failure).toBeInstanceOf(AofFormatError)
        expect((failure as AofFormatError).offset).toBe(good.length + offset)
      }
    })
  }
})
