import { describe, expect, it } from 'vitest'
import { E, ReplyError } from '../../src/resp/errors.ts'

describe('ReplyError', () => {
  it('is no Error: throwing it captures no stack', () => {
    expect(E.syntax).toBeInstanceOf(ReplyError)
    expect(E.syntax).not.toBeInstanceOf(Error)
  })

  it('is one line whatever it is made of', () => {
    expect(new ReplyError('ERR a\r\nb\nc\0d').message).toBe('ERR a  b c d')
    expect(E.unknownCommand('a\nb', ['c\r\nd']).message).not.toMatch(/[\r\n\0]/)
    expect(E.unknownSubcommand('a\nb', 'X').message).not.toMatch(/[\r\n\0]/)
    expect(E.streamNoGroup('a\r\nb', 'c\0d').message).toBe("NOGROUP No such key 'a  b' or consumer group 'c'")
  })
})

it('every prebuilt error begins with its code', () => {
  for (const [name, error] of Object.entries(E)) {
    if (error instanceof ReplyError) expect([name, error.message]).toEqual([name, expect.stringMatching(/^[A-Z]+ \S/)])
    else expect(typeof error).toBe('function')
  }
})
