import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeWithLua, runOurs, runReal } from './oracle.ts'

/** Each program prints what it finds; `.out` is what Lua 5.1 prints for it. */
const directory = new URL('conformance/', import.meta.url)
const names = readdirSync(directory)
  .filter((each) => each.endsWith('.lua'))
  .map((each) => each.slice(0, -'.lua'.length))
const read = (name: string) => readFileSync(new URL(name, directory), 'latin1')

/** Addresses differ from run to run. */
const withoutAddresses = (text: string) => text.replace(/0x(55|56|7f)[0-9a-f]{6,}/g, 'ADDRESS')

describe('Lua programs print what Lua 5.1 prints', () => {
  it.each(names)('%s', (name) => {
    expect(withoutAddresses(runOurs(read(`${name}.lua`), `${name}.lua`))).toBe(read(`${name}.out`))
  })

  it.each(names)('%s, where every function can be suspended', (name) => {
    const program = `${read(`${name}.lua`)}-- coroutine\n`
    expect(withoutAddresses(runOurs(program, `${name}.lua`))).toBe(read(`${name}.out`))
  })

  it.each(names)('%s, where every function has an environment of its own', (name) => {
    const program = `${read(`${name}.lua`)}-- setfenv\n`
    expect(withoutAddresses(runOurs(program, `${name}.lua`))).toBe(read(`${name}.out`))
  })
})

describeWithLua('the expected outputs', () => {
  it('are those of the real Lua', () => {
    const real = runReal(names.map((name) => read(`${name}.lua`)))
    names.forEach((name, i) => {
      expect(withoutAddresses(real[i]).replaceAll(`p${i}:`, `${name}.lua:`)).toBe(read(`${name}.out`))
    })
  })
})
