import { describe, expect, it } from 'vitest'
import {
  compile,
  createGlobals,
  LuaError,
  LuaSyntaxError,
  LuaTable,
  type LuaValue,
} from '../../../src/scripting/lua/index.ts'
import { evaluate, runOurs } from './oracle.ts'

class Killed extends Error {}

/** Runs a script that would go on for ever, or nearly so, under a hook that stops it after a number of calls. */
function runKilled(source: string, calls = 3): { thrown: unknown; steps: number } {
  let left = calls
  let steps = 0
  const state = createGlobals({
    interval: 10_000,
    preemption: (done) => {
      steps += done
      if (--left === 0) throw new Killed()
    },
  })
  try {
    state.call(state.load(compile(source)), [])
    return { thrown: undefined, steps }
  } catch (thrown) {
    return { thrown, steps }
  }
}

describe('endless scripts are stopped by the hook', () => {
  it.each([
    ['while', 'while true do end'],
    ['repeat', 'repeat until false'],
    ['numeric for', 'for i = 1, 1/0 do end'],
    ['generic for', 'for _ in function() return 1 end do end'],
    ['recursion', 'local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(200)'],
    ['pcall around it', 'while true do pcall(function() while true do end end) end'],
    ['pcall again and again', 'while true do pcall(error) end'],
    ['xpcall', 'xpcall(function() while true do end end, function() return 1 end)'],
    ['inside a coroutine', 'coroutine.wrap(function() while true do coroutine.yield() end end)() while true do end'],
    ['a coroutine that never yields', 'coroutine.resume(coroutine.create(function() while true do end end))'],
    ['a metamethod', 'local t = setmetatable({}, {__index = function() while true do end end}) return t.x'],
    ['a pattern that backtracks', 'return (("a"):rep(30) .. "b"):find(("a*"):rep(30) .. "c")'],
    ['a slow pattern', 'local s = ("a"):rep(1e5) for i = 1, 1e9 do s:find(".-.-x") end'],
    ['long strings', 'for i = 1, 1e9 do local s = ("x"):rep(1e6):upper() end'],
    ['gsub', 'while true do ("x"):rep(1000):gsub(".", "%0") end'],
    ['sort', 'local t = {} for i = 1, 1000 do t[i] = i % 7 end while true do table.sort(t) end'],
    ['table.insert far below', 'table.insert({}, -1e15, 1)'],
    ['tail calls', 'local function f() return pcall(f) end while true do f() end'],
  ])('%s', (_, source) => {
    const { thrown } = runKilled(source)
    expect(thrown).toBeInstanceOf(Killed)
  })

  it('counts about every step', () => {
    const { thrown, steps } = runKilled('for i = 1, 1e6 do end', 1e9)
    expect(thrown).toBeUndefined()
    expect(steps).toBeGreaterThan(900_000)
    expect(steps).toBeLessThan(1_100_000)
  })

  it('leaves the state usable', () => {
    let kill = true
    const state = createGlobals({
      interval: 1000,
      preemption: () => {
        if (kill) throw new Killed()
      },
    })
    const run = (source: string) => state.call(state.load(compile(source)), [])
    expect(() => run('x = 0 while true do x = x + 1 end')).toThrow(Killed)
    kill = false
    expect(run('return x > 100, pcall(function() return 1 end)')).toEqual([true, true, 1])
  })
})

describe('running out of stack is an error a script can catch', () => {
  it.each([
    ['plain recursion', 'local function f(n) return 1 + f(n) end f(1)'],
    ['many locals', `local function f() ${'local a = x '.repeat(150)} return 1 + f() end f()`],
    [
      'long argument lists',
      'local t = {} for i = 1, 7000 do t[i] = i end local function f(...) return 1, f(unpack(t)) end f()',
    ],
    ['metamethods', 'local m = {} m.__index = function(t, k) return t[k + 1] end return setmetatable({}, m)[1]'],
    ['operators', 'local m = {} m.__add = function(a, b) return a + b end return setmetatable({}, m) + 1'],
    ['calls of tables', 'local t = setmetatable({}, {__call = function(self) return 1 + self() end}) t()'],
    ['pcall', 'local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()'],
    ['gsub', 'local function f() return (("x"):gsub("x", f)) end f()'],
    ['sort', 'local function f() table.sort({3, 2, 1}, f) return true end f()'],
    ['iterators', 'local function f() for x in f do end end f()'],
    ['coroutines', 'local function f() return coroutine.wrap(f)() end f()'],
    ['recursion in a coroutine', 'local function f() return 1 + f() end coroutine.wrap(f)()'],
    ['tostring', 'local t = setmetatable({}, {__tostring = function(self) return tostring(self) end}) tostring(t)'],
    ['loadstring', 'function f() return loadstring("return 1 + f()")() end f()'],
  ])('%s', (_, source) => {
    expect(runOurs(source)).toMatch(/^error\t.*stack overflow\n$/)
    const [ok, message] = evaluate(`local function body() ${source} end return pcall(body)`)
    expect(ok).toBe(false)
    expect(message).toMatch(/stack overflow$/)
  })

  it('leaves room for the host at the deepest point', () => {
    const state = createGlobals()
    const deepen = (left: number): number => (left === 0 ? 0 : 1 + deepen(left - 1))
    let calls = 0
    state.addFunctions(state.globals, {
      host: () => {
        calls++
        return deepen(300)
      },
    })
    const main = state.load(compile('local function f() host() return 1 + f() end f()'))
    expect(() => state.call(main, [])).toThrow(
      expect.objectContaining({ message: expect.stringContaining('stack overflow') }),
    )
    expect(calls).toBeGreaterThan(1000)
  })
})

describe('memory', () => {
  it.each([
    ['string.rep', 'return ("x"):rep(1e10)'],
    ['string.rep of a long string', 'return ("x"):rep(1e5):rep(1e5)'],
    ['doubling', 'local s = "x" while true do s = s .. s end'],
    ['doubling with more operands', 'local s = "x" while true do s = s .. s .. "y" end'],
    ['table.concat', 'local t = {} for i = 1, 1000 do t[i] = ("x"):rep(1e6) end return table.concat(t)'],
    ['gsub', 'return (("x"):rep(1e5):gsub("x", ("y"):rep(1e5)))'],
  ])('%s beyond the longest string', (_, source) => {
    expect(() => evaluate(source, { maxStringLength: 1 << 24 })).toThrow(/not enough memory/)
    expect(evaluate(`return pcall(function() ${source} end)`, { maxStringLength: 1 << 24 })[0]).toBe(false)
  })

  it('lists of results are bounded', () => {
    expect(() => evaluate('return unpack({}, 1, 1e8)')).toThrow('too many results to unpack')
    expect(() => evaluate('return ("x"):rep(10000):byte(1, -1)')).toThrow('string slice too long')
  })

  it('patterns are bounded in depth', () => {
    expect(() => evaluate('return ("a"):rep(1000):find(("a?"):rep(1000))')).toThrow('pattern too complex')
    expect(() => evaluate('return ("a"):find(("("):rep(40))')).toThrow('too many captures')
  })

  it('a format cannot ask for much', () => {
    expect(() => evaluate('return ("%1000d"):format(1)')).toThrow('invalid format')
    expect(() => evaluate('return ("%.1000f"):format(1)')).toThrow('invalid format')
  })
})

describe('sources', () => {
  it('bytecode is never loaded', () => {
    for (const source of ['\x1bLua', '\x1bLuaQ\0\x01\x04\x08\x04\x08\0']) {
      expect(() => compile(source, '=x')).toThrow(LuaSyntaxError)
    }
    expect(evaluate('return loadstring("\\27LuaQ")')[0]).toBeUndefined()
    expect(
      evaluate('local n = 0 return load(function() n = n + 1 return n == 1 and "\\27Lua" or nil end)')[0],
    ).toBeUndefined()
    expect(evaluate('return load(function() return ("x "):rep(1e5) end)')).toEqual([undefined, 'not enough memory'])
    expect(() => evaluate('return string.dump(function() end)')).toThrow('unable to dump given function')
  })

  it.each([
    ['parentheses', `return ${'('.repeat(100_000)}`],
    ['tables', `return ${'{'.repeat(100_000)}`],
    ['blocks', 'do '.repeat(100_000)],
    ['functions', `return ${'function() return '.repeat(100_000)}`],
    ['concatenations', `return ${'1 .. '.repeat(100_000)}1`],
    ['unary operators', `return ${'- '.repeat(100_000)}1`],
    ['sums', `return ${'x + '.repeat(100_000)}1`],
    ['fields', `return x${'.y'.repeat(100_000)}`],
    ['calls', `return x${'()'.repeat(100_000)}`],
  ])('deeply nested %s are refused', (_, source) => {
    expect(() => compile(source, '=x')).toThrow(expect.objectContaining({ message: expect.stringContaining('levels') }))
  })

  it('too many locals and upvalues are refused', () => {
    const message = (source: string) => evaluate(`return loadstring([[${source}]], "=x")`)[1]
    expect(message('local a '.repeat(201))).toBe('x:1: main function has more than 200 local variables')
    const locals = Array.from({ length: 61 }, (_, i) => `v${i}`)
    const many = `${locals.map((name) => `local ${name}`).join(' ')} function f() return ${locals.join('+')} end`
    expect(message(many)).toBe('x:1: function at line 1 has more than 60 upvalues')
  })
})

describe('JavaScript is out of reach', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'length',
    'toString',
    'hasOwnProperty',
    'get',
    'items',
    'keys',
  ]

  it('fields of tables and strings are only what Lua put there', () => {
    for (const name of names) {
      expect(evaluate(`local t = {1} return t.${name}, t["${name}"], ({}).${name}`)).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(evaluate(`return _G.${name}, string.${name}, coroutine.${name}`)).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(evaluate(`return ("x").${name}`)).toEqual([undefined])
      expect(() => evaluate(`return print.${name}`)).toThrow(/attempt to index/)
      expect(() => evaluate(`return (function() end).${name}`)).toThrow('attempt to index a function value')
      expect(() => evaluate(`return coroutine.create(function() end).${name}`)).toThrow(
        'attempt to index a thread value',
      )
      expect(() => evaluate(`return (1).${name}`)).toThrow('attempt to index a number value')
      expect(evaluate(`local t = {} t.${name} = 5 return t.${name}, ({}).${name}`)).toEqual([5, undefined])
    }
  })

  it('names of the generated code and of JavaScript are ordinary names', () => {
    for (const name of [
      'var',
      'let',
      'new',
      'class',
      'this',
      'eval',
      'arguments',
      'await',
      'yield',
      'undefined',
      'Math',
    ]) {
      expect(evaluate(`local ${name} = 1 ${name} = ${name} + 1 return ${name}, _G.${name}`)).toEqual([2, undefined])
      expect(evaluate(`${name} = 7 return _G.${name}, ${name}`)).toEqual([7, 7])
      expect(evaluate(`local function ${name}(${name}) return ${name} end return ${name}(3)`)).toEqual([3])
    }
    expect(() => evaluate('return globalThis.process')).toThrow("attempt to index global 'globalThis' (a nil value)")
    expect(() => compile('return $m')).toThrow(LuaSyntaxError)
  })

  it('strings cannot break out of the generated code', () => {
    const nasty = [
      '"',
      "'",
      '`',
      '\\',
      '*/',
      '/*1*/',
      '$' + '{x}',
      '\n',
      '\r',
      '\u0085',
      '</script>',
      '\x00',
      '\xff',
      '//',
      '\\u0041',
    ]
    for (const text of nasty) {
      const literal = `"${[...text].map((char) => `\\${char.charCodeAt(0)}`).join('')}"`
      expect(evaluate(`return ${literal}, ({[${literal}] = 1})[${literal}]`)).toEqual([text, 1])
    }
  })
})

describe('read-only tables', () => {
  it('cannot be changed from Lua in any way', () => {
    const state = createGlobals()
    const locked = LuaTable.fromList([3, 1, 2])
    locked.put('a', 1)
    locked.readonly = true
    state.globals.put('t', locked)
    for (const source of [
      't.a = 2',
      't.b = 2',
      't[1] = nil',
      'rawset(t, "a", 2)',
      'table.insert(t, 1)',
      'table.insert(t, 1, 1)',
      'table.remove(t)',
      'table.remove(t, 1)',
      'table.sort(t)',
      'setmetatable(t, {})',
      'local u = setmetatable({}, {__newindex = t}) u.x = 1',
    ]) {
      expect(() => state.call(state.load(compile(source)), []), source).toThrow(
        expect.objectContaining({ message: expect.stringContaining('Attempt to modify a readonly table') }),
      )
    }
    expect([...locked.entries()]).toEqual([
      [1, 3],
      [2, 1],
      [3, 2],
      ['a', 1],
    ])
    locked.put('a', 9)
    expect(state.call(state.load(compile('return t.a')), [])).toEqual([9])
  })
})

describe('what the host throws', () => {
  it('is caught by pcall when it is an error of Lua, and by nothing otherwise', () => {
    const state = createGlobals()
    const value: LuaValue = LuaTable.fromList(['err'])
    state.addLibrary('host', {
      fail: () => {
        throw new LuaError(value)
      },
      bug: () => {
        throw new TypeError('a bug')
      },
    })
    const run = (source: string) => state.call(state.load(compile(source)), [])
    expect(run('return pcall(host.fail)')).toEqual([false, value])
    expect(() => run('return pcall(host.bug)')).toThrow(TypeError)
    expect(() => run('return coroutine.wrap(function() host.bug() end)()')).toThrow(TypeError)
    expect(() => run('host.fail()')).toThrow(LuaError)
  })
})
