/** The real Lua 5.1, to compare with, and our own run in the same way. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { asLuaError, compile, createGlobals, LuaError, type LuaOptions } from '../../../src/scripting/lua/index.ts'

let available: boolean | null = null

function luaAvailable(): boolean {
  available ??= spawnSync('lua5.1', ['-v'], { stdio: 'ignore' }).status === 0
  return available
}

/** A `describe` that needs lua5.1: skipped with one line where there is none, but a failure under CI. */
export function describeWithLua(name: string, body: () => void): void {
  if (luaAvailable()) {
    describe(name, body)
  } else if (process.env['CI'] === 'true') {
    it(name, () => {
      throw new Error('lua5.1 is not installed, and CI requires it')
    })
  } else {
    console.log(`skipped: ${name} (lua5.1 is not installed)`)
    describe.skip(name, body)
  }
}

/** Runs each program and gives what it printed, line by line, with an error as a last line. */
const DRIVER = `
local real = print
local write, concat, convert, running = io.write, table.concat, tostring, select
function print(...)
  local parts = {}
  for i = 1, running('#', ...) do parts[i] = convert((running(i, ...))) end
  write(concat(parts, '\\t'), '\\n')
end
local load, protected = loadfile, pcall
for i = 0, COUNT - 1 do
  local f, message = load('p' .. i)
  if f == nil then print('error', message)
  else
    local ok, value = protected(f)
    if not ok then print('error', value) end
  end
  write('--- end\\n')
end
`

/** What the real Lua prints for each of the programs. */
export function runReal(programs: readonly string[]): string[] {
  const dir = mkdtempSync(join(tmpdir(), 'lua-oracle-'))
  try {
    programs.forEach((each, i) => {
      writeFileSync(join(dir, `p${i}`), each, 'latin1')
    })
    writeFileSync(join(dir, 'driver'), DRIVER.replace('COUNT', String(programs.length)))
    const run = spawnSync('lua5.1', ['driver'], { cwd: dir, encoding: 'latin1', maxBuffer: 1 << 28, timeout: 60_000 })
    if (run.status !== 0) throw new Error(`lua5.1 failed: ${run.stderr}`)
    return run.stdout.split('--- end\n').slice(0, -1)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** What our Lua prints for a program. */
export function runOurs(program: string, name = 'p0', options: LuaOptions = {}): string {
  let output = ''
  const state = createGlobals({
    ...options,
    print: (line) => {
      output += `${line}\n`
    },
  })
  try {
    state.call(state.load(compile(program, `@${name}`)), [])
  } catch (caught) {
    const error = asLuaError(caught)
    if (error === undefined) throw caught
    output += `error\t${typeof error.value === 'string' ? error.value : `(${typeof error.value})`}\n`
  }
  return output
}

/** The values a source returns; an error is thrown as an `Error` with Lua's message. */
export function evaluate(source: string, options?: LuaOptions): readonly unknown[] {
  const state = createGlobals(options)
  try {
    return state.call(state.load(compile(source, '=test')), [])
  } catch (caught) {
    throw caught instanceof LuaError ? new Error(String(caught.value)) : caught
  }
}
