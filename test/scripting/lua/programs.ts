/** Random Lua programs that end, print, and often fail: for comparing two implementations. */
import fc from 'fast-check'

const names = ['a', 'b', 'c', 'p', 'q', 'up', 'glob', 't.x', 't.y', 't[1]', 't[a]', 'u.v.w', 'nowhere']

const literal = fc.constantFrom(
  'nil',
  'true',
  'false',
  '0',
  '1',
  '2',
  '3.5',
  '-7',
  '1e15',
  '0.1',
  '10/4',
  '""',
  '"x"',
  '"10"',
  '"0x1f"',
  '" 5 "',
  '"abc"',
  '{}',
  '{1,2,3}',
  '{x=1,5}',
  'mt',
  '(function(n) return n end)',
)

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 4 },
    literal,
    fc.constantFrom(...names),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '..', '==', '~=', '<', '<=', '>', '>=', 'and', 'or'),
        tie('expression'),
      )
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc.tuple(fc.constantFrom('not ', '-', '#'), tie('expression')).map(([operator, a]) => `(${operator}(${a}))`),
    fc.tuple(fc.constantFrom('f', 'g', 't.m', 'nofn', 'id'), tie('expression')).map(([fn, a]) => `${fn}(${a})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `t:n(${a}, ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `two(${a}, ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `select('#', two(${a}, 1), two(2, ${b}))`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `({${a}, k = ${b}, two(1, 2)})[2]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `show(${a}) .. show(${b})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('tostring', 'tonumber', 'type', 'math.floor', 'string.len', 'string.upper', '#'),
      )
      .map(([a, fn]) => (fn === '#' ? `#${a.startsWith('-') ? `(${a})` : `(${a})`}` : `${fn}(${a})`)),
  ),
}))

const block = (statements: string[]) => statements.join('\n')

const { statement } = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    fc.tuple(fc.constantFrom(...names), expression).map(([name, value]) => `${name} = ${value}`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...names), expression, expression)
      .map(([x, y, a, b]) => `${x}, ${y} = ${a}, ${b}`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...names), expression)
      .map(([x, y, a]) => `${x}, ${y} = two(${a}, 9)`),
    expression.map((a) => `print(show(${a}))`),
    expression.map((a) => `print(pcall(function() return show(${a}) end))`),
    fc.tuple(fc.constantFrom('a', 'b', 'c'), expression).map(([name, value]) => `local ${name} = ${value}`),
    fc
      .tuple(expression, fc.array(tie('statement'), { maxLength: 3 }), fc.array(tie('statement'), { maxLength: 2 }))
      .map(([a, yes, no]) => `if ${a} then\n${block(yes)}\nelse\n${block(no)}\nend`),
    fc
      .tuple(
        fc.integer({ min: -2, max: 3 }),
        fc.constantFrom('1', '2', '-1', '0.5'),
        fc.array(tie('statement'), { maxLength: 2 }),
      )
      .map(([end, step, body]) => `for p = 1, ${end}, ${step} do\n${block(body)}\nend`),
    fc
      .tuple(expression, fc.array(tie('statement'), { maxLength: 2 }))
      .map(([a, body]) => `for p, q in ipairs({${a}, 2}) do\n${block(body)}\nend`),
    fc
      .tuple(fc.array(tie('statement'), { maxLength: 2 }), expression)
      .map(([body, a]) => `do local turns = 0 repeat turns = turns + 1\n${block(body)}\nuntil turns > 2 or ${a} end`),
    fc
      .tuple(fc.array(tie('statement'), { maxLength: 2 }), expression)
      .map(
        ([body, a]) =>
          `do local function h(p, ...)\n${block(body)}\nreturn ${a}, ... end\nprint(pcall(shown, h, 1, 2)) end`,
      ),
    fc
      .tuple(fc.array(tie('statement'), { maxLength: 2 }), expression)
      .map(([body, a]) => `print(pcall(function()\n${block(body)}\nerror(show(${a}), 1) end))`),
  ),
}))

const PROLOGUE = `
local a, b, c, p, q = 1, "two", nil, 4.5, false
local up = 10
local mt = setmetatable({}, {
  __add = function(x, y) return "add" end, __concat = function(x, y) return "cat" end,
  __lt = function() return true end, __le = function() return false end, __eq = function() return true end,
  __call = function(self, x) return x end, __index = function(t, k) return k end, __unm = function() return 1 end,
})
local t = {x = 1, y = "str", 11, 22}
local u = {v = {w = 5}}
glob, nowhere = "g", nil
function t.m(x) return x end
function t:n(x, y) return y end
local function f(x) return x end
local function g(x) up = x return up end
local function id(...) return ... end
local function two(x, y) return x, y end
local function show(v)
  local kind = type(v)
  if kind == "table" or kind == "function" then return kind end
  return kind .. ":" .. tostring(v)
end
local function shown(fn, ...)
  local list = {fn(...)}
  for i = 1, 5 do list[i] = show(list[i]) end
  return table.concat(list, " ")
end
`

export const program = fc
  .array(statement, { minLength: 1, maxLength: 8 })
  .map((body) => `${PROLOGUE}${block(body)}\nprint(show(a), show(b), show(c), show(up), show(glob), show(t.x))`)
