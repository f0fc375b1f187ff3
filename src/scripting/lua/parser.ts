import { Lexer } from './lexer.ts'
import type {
  BinaryOperator,
  CallExpression,
  Expression,
  FunctionBody,
  Local,
  Statement,
  TableField,
} from './syntax.ts'

/** Binding powers to the left and to the right; `..` and `^` bind to the right. */
const POWERS = new Map<string, readonly [number, number]>([
  ['or', [1, 1]],
  ['and', [2, 2]],
  ['<', [3, 3]],
  ['>', [3, 3]],
  ['<=', [3, 3]],
  ['>=', [3, 3]],
  ['~=', [3, 3]],
  ['==', [3, 3]],
  ['..', [5, 4]],
  ['+', [6, 6]],
  ['-', [6, 6]],
  ['*', [7, 7]],
  ['/', [7, 7]],
  ['%', [7, 7]],
  ['^', [10, 9]],
])
const UNARY_POWER = 8

const MAX_LEVELS = 200
const MAX_LOCALS = 200
const MAX_UPVALUES = 60

export interface ParsedChunk {
  readonly main: FunctionBody
  /** Something is named that starts or suspends coroutines. */
  readonly coroutines: boolean
  /** Something is named that looks at or changes the environment of functions. */
  readonly environments: boolean
}

/** Parses a whole source. Throws LuaSyntaxError, worded as Lua 5.1 does. */
export function parse(source: string, chunkName: string): ParsedChunk {
  return new Parser(source, chunkName).chunk()
}

function unwrap(expression: Expression): Expression {
  return expression.type === 'paren' ? unwrap(expression.inner) : expression
}

interface Scope {
  readonly names: Map<string, Local>
  readonly parent: Scope | undefined
}

class Parser {
  private readonly lexer: Lexer
  private readonly source: string
  private body!: FunctionBody
  private scope: Scope | undefined
  private levels = 0
  private nextId = 0
  /** Loops around the current statement within its function. */
  private loopDepth = 0
  private active = 0

  constructor(source: string, chunkName: string) {
    this.source = source
    this.lexer = new Lexer(source, chunkName)
  }

  chunk(): ParsedChunk {
    this.openFunction(0)
    this.body.vararg = true
    this.lexer.next()
    this.body.block = this.block()
    if (this.lexer.kind !== 'eof') this.expected('<eof>')
    return {
      main: this.body,
      coroutines: this.source.includes('coroutine'),
      environments: /[gs]etfenv/.test(this.source),
    }
  }

  private openFunction(line: number): FunctionBody {
    const parent = this.body as FunctionBody | undefined
    this.body = {
      line,
      parent,
      parameters: [],
      vararg: false,
      block: [],
      calls: false,
      loops: false,
      locals: 0,
      upvalues: new Set(),
    }
    this.scope = { names: new Map(), parent: this.scope }
    return this.body
  }

  private declare(name: string): Local {
    const { body } = this
    if (++this.active > MAX_LOCALS) this.tooMany(body, MAX_LOCALS, 'local variables')
    body.locals++
    const local: Local = { name, id: this.nextId++, owner: body, assigned: false, captured: false, numeric: false }
    this.scope!.names.set(name, local)
    return local
  }

  private tooMany(body: FunctionBody, limit: number, what: string): never {
    const where = body.line === 0 ? 'main function' : `function at line ${body.line}`
    throw this.lexer.error(`${where} has more than ${limit} ${what}`, undefined)
  }

  private resolve(name: string): Expression {
    for (let scope = this.scope; scope !== undefined; scope = scope.parent) {
      const local = scope.names.get(name)
      if (local === undefined) continue
      if (local.owner === this.body) return { type: 'local', local, upvalue: false }
      local.captured = true
      for (let body: FunctionBody = this.body; body !== local.owner; body = body.parent!) {
        body.upvalues.add(local)
        if (body.upvalues.size > MAX_UPVALUES) this.tooMany(body, MAX_UPVALUES, 'upvalues')
      }
      return { type: 'local', local, upvalue: true }
    }
    return { type: 'global', name, line: this.lexer.lastLine }
  }

  private expected(symbol: string): never {
    this.lexer.fail(`'${symbol}' expected`)
  }

  private accept(symbol: string): boolean {
    if (!this.lexer.is(symbol)) return false
    this.lexer.next()
    return true
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) this.expected(symbol)
  }

  private close(symbol: string, opener: string, line: number): void {
    if (this.accept(symbol)) return
    if (line === this.lexer.line) this.expected(symbol)
    this.lexer.fail(`'${symbol}' expected (to close '${opener}' at line ${line})`)
  }

  private name(): string {
    if (this.lexer.kind !== 'name') this.expected('<name>')
    const { text } = this.lexer
    this.lexer.next()
    return text
  }

  private enter(): void {
    if (++this.levels > MAX_LEVELS) throw this.lexer.error('chunk has too many syntax levels', undefined)
  }

  private blockEnds(): boolean {
    const { lexer } = this
    if (lexer.kind === 'eof') return true
    if (lexer.kind !== 'symbol') return false
    return lexer.text === 'end' || lexer.text === 'else' || lexer.text === 'elseif' || lexer.text === 'until'
  }

  /** Statements up to the end of the block, in the current scope. */
  private block(): Statement[] {
    const statements: Statement[] = []
    this.enter()
    while (!this.blockEnds()) {
      const last = this.lexer.is('return') || this.lexer.is('break')
      statements.push(this.statement())
      this.accept(';')
      if (last) break
    }
    this.levels--
    return statements
  }

  private scoped<T>(parse: () => T): T {
    const { scope, active } = this
    this.scope = { names: new Map(), parent: scope }
    const result = parse()
    this.scope = scope
    this.active = active
    return result
  }

  private loop<T>(parse: () => T): T {
    this.loopDepth++
    this.body.loops = true
    const result = this.scoped(parse)
    this.loopDepth--
    return result
  }

  private statement(): Statement {
    const { lexer } = this
    const { line } = lexer
    if (lexer.kind === 'symbol') {
      switch (lexer.text) {
        case 'if':
          return this.ifStatement(line)
        case 'while': {
          lexer.next()
          const condition = this.expression()
          this.expect('do')
          const block = this.loop(() => this.block())
          this.close('end', 'while', line)
          return { type: 'while', condition, block }
        }
        case 'do': {
          lexer.next()
          const block = this.scoped(() => this.block())
          this.close('end', 'do', line)
          return { type: 'do', block }
        }
        case 'for':
          return this.forStatement(line)
        case 'repeat': {
          lexer.next()
          return this.loop(() => {
            const block = this.block()
            this.close('until', 'repeat', line)
            return { type: 'repeat', block, condition: this.expression() }
          })
        }
        case 'function':
          return this.functionStatement(line)
        case 'local':
          lexer.next()
          return this.accept('function') ? this.localFunction() : this.localStatement()
        case 'return': {
          lexer.next()
          const values = this.blockEnds() || lexer.is(';') ? [] : this.expressions()
          return { type: 'return', values, line: lexer.lastLine }
        }
        case 'break':
          lexer.next()
          if (this.loopDepth === 0) lexer.fail('no loop to break')
          return { type: 'break' }
      }
    }
    return this.expressionStatement()
  }

  private ifStatement(line: number): Statement {
    const clauses: { condition: Expression | undefined; block: Statement[] }[] = []
    do {
      this.lexer.next()
      const condition = this.expression()
      this.expect('then')
      clauses.push({ condition, block: this.scoped(() => this.block()) })
    } while (this.lexer.is('elseif'))
    if (this.accept('else')) clauses.push({ condition: undefined, block: this.scoped(() => this.block()) })
    this.close('end', 'if', line)
    return { type: 'if', clauses }
  }

  private forStatement(line: number): Statement {
    const { lexer } = this
    lexer.next()
    const name = this.name()
    if (lexer.is('=')) {
      lexer.next()
      const start = this.expression()
      this.expect(',')
      const limit = this.expression()
      const step = this.accept(',') ? this.expression() : undefined
      this.expect('do')
      return this.loop(() => {
        this.active += 3
        const local = this.declare(name)
        local.numeric = true
        const block = this.block()
        this.close('end', 'for', line)
        return { type: 'numeric-for', local, start, limit, step, block, line }
      })
    }
    if (!lexer.is(',') && !lexer.is('in')) lexer.fail("'=' or 'in' expected")
    const names = [name]
    while (this.accept(',')) names.push(this.name())
    this.expect('in')
    const valuesLine = lexer.line
    const values = this.expressions()
    this.expect('do')
    return this.loop(() => {
      this.active += 3
      const locals = names.map((each) => this.declare(each))
      const block = this.block()
      this.close('end', 'for', line)
      return { type: 'generic-for', locals, values, block, line: valuesLine }
    })
  }

  private functionStatement(line: number): Statement {
    const { lexer } = this
    lexer.next()
    let target: Expression = this.resolve(this.name())
    let method = false
    while (lexer.is('.') || lexer.is(':')) {
      method = lexer.is(':')
      lexer.next()
      const key: Expression = { type: 'string', value: this.name() }
      target = { type: 'index', object: target, key, line: lexer.lastLine }
      if (method) break
    }
    if (target.type === 'local') target.local.assigned = true
    const body = this.functionBody(method, line)
    return { type: 'assign', targets: [target], values: [{ type: 'function', body }], line }
  }

  private localFunction(): Statement {
    const local = this.declare(this.name())
    return { type: 'local-function', local, body: this.functionBody(false, this.lexer.line) }
  }

  private localStatement(): Statement {
    const names: string[] = []
    do names.push(this.name())
    while (this.accept(','))
    const values = this.accept('=') ? this.expressions() : []
    const line = this.lexer.lastLine
    return { type: 'local', locals: names.map((name) => this.declare(name)), values, line }
  }

  private expressionStatement(): Statement {
    const { lexer } = this
    const target = this.suffixed()
    if (target.type === 'call') return { type: 'call', call: target }
    const targets: Expression[] = [target]
    for (;;) {
      const last = targets[targets.length - 1]
      if (last.type !== 'local' && last.type !== 'global' && last.type !== 'index') lexer.fail('syntax error')
      if (last.type === 'local') last.local.assigned = true
      if (!this.accept(',')) break
      targets.push(this.suffixed())
      if (targets.length > MAX_LEVELS) throw lexer.error('variables in assignment', undefined)
    }
    this.expect('=')
    const values = this.expressions()
    return { type: 'assign', targets, values, line: lexer.lastLine }
  }

  private expressions(): Expression[] {
    const list = [this.expression()]
    while (this.accept(',')) list.push(this.expression())
    return list
  }

  private primary(): Expression {
    const { lexer } = this
    if (lexer.kind === 'name') return this.resolve(this.name())
    if (!lexer.is('(')) lexer.fail('unexpected symbol')
    const { line } = lexer
    lexer.next()
    const inner = this.expression()
    this.close(')', '(', line)
    return { type: 'paren', inner }
  }

  /** A name or parenthesis followed by any number of indexes and calls. */
  private suffixed(): Expression {
    const { lexer } = this
    let result: Expression = this.primary()
    for (;;) {
      if (lexer.kind === 'string') result = this.call(result, undefined)
      else if (lexer.kind !== 'symbol') return result
      else if (lexer.text === '.') {
        lexer.next()
        const key: Expression = { type: 'string', value: this.name() }
        result = { type: 'index', object: result, key, line: lexer.lastLine }
      } else if (lexer.text === '[') {
        lexer.next()
        const key = this.expression()
        this.expect(']')
        result = { type: 'index', object: result, key, line: lexer.lastLine }
      } else if (lexer.text === ':') {
        lexer.next()
        const method = this.name()
        result = this.call(result, method)
      } else if (lexer.text === '(' || lexer.text === '{') result = this.call(result, undefined)
      else return result
    }
  }

  private call(callee: Expression, method: string | undefined): CallExpression {
    const { lexer } = this
    const { line } = lexer
    this.body.calls = true
    let args: Expression[] = []
    if (lexer.kind === 'string') {
      args = [{ type: 'string', value: lexer.text }]
      lexer.next()
    } else if (lexer.is('{')) args = [this.table()]
    else if (lexer.is('(')) {
      if (line !== lexer.lastLine) lexer.fail('ambiguous syntax (function call x new statement)')
      lexer.next()
      if (!lexer.is(')')) args = this.expressions()
      this.close(')', '(', line)
    } else lexer.fail('function arguments expected')
    return { type: 'call', callee, method, args, line }
  }

  private simple(): Expression {
    const { lexer } = this
    let result: Expression
    if (lexer.kind === 'number') result = { type: 'number', value: lexer.value }
    else if (lexer.kind === 'string') result = { type: 'string', value: lexer.text }
    else if (lexer.kind !== 'symbol') return this.suffixed()
    else {
      switch (lexer.text) {
        case 'nil':
        case 'true':
        case 'false':
          result = { type: lexer.text }
          break
        case '...':
          if (!this.body.vararg) lexer.fail("cannot use '...' outside a vararg function")
          result = { type: 'vararg' }
          break
        case '{':
          return this.table()
        case 'function': {
          const { line } = lexer
          lexer.next()
          return { type: 'function', body: this.functionBody(false, line) }
        }
        default:
          return this.suffixed()
      }
    }
    lexer.next()
    return result
  }

  private expression(limit = 0): Expression {
    const { lexer } = this
    this.enter()
    let left: Expression
    if (lexer.is('not') || lexer.is('-') || lexer.is('#')) {
      const operator = lexer.text as 'not' | '-' | '#'
      lexer.next()
      const operand = this.expression(UNARY_POWER)
      left = { type: 'unary', operator, operand, line: lexer.lastLine }
      const bare = unwrap(operand)
      if (operator === '-' && bare.type === 'number') left = { type: 'number', value: -bare.value }
    } else left = this.simple()
    for (;;) {
      const powers = lexer.kind === 'symbol' ? POWERS.get(lexer.text) : undefined
      if (powers === undefined || powers[0] <= limit) break
      const operator = lexer.text
      lexer.next()
      const right = this.expression(powers[1])
      if (operator === 'and' || operator === 'or') left = { type: operator, left, right }
      else left = { type: 'binary', operator: operator as BinaryOperator, left, right, line: lexer.lastLine }
    }
    this.levels--
    return left
  }

  private table(): Expression {
    const { lexer } = this
    const { line } = lexer
    const fields: TableField[] = []
    this.expect('{')
    while (!lexer.is('}')) {
      if (lexer.kind === 'name' && lexer.followedBy('=')) {
        const key: Expression = { type: 'string', value: lexer.text }
        lexer.next()
        lexer.next()
        fields.push({ key, value: this.expression() })
      } else if (lexer.is('[')) {
        lexer.next()
        const key = this.expression()
        this.expect(']')
        this.expect('=')
        fields.push({ key, value: this.expression() })
      } else fields.push({ key: undefined, value: this.expression() })
      if (!this.accept(',') && !this.accept(';')) break
    }
    this.close('}', '{', line)
    return { type: 'table', fields, line: lexer.lastLine }
  }

  private functionBody(method: boolean, line: number): FunctionBody {
    const { lexer, body: outer, scope, active, loopDepth } = this
    const body = this.openFunction(line)
    this.active = 0
    this.loopDepth = 0
    if (method) body.parameters.push(this.declare('self'))
    this.expect('(')
    if (!lexer.is(')')) {
      do {
        if (lexer.is('...')) {
          lexer.next()
          body.vararg = true
        } else if (lexer.kind === 'name') body.parameters.push(this.declare(this.name()))
        else lexer.fail("<name> or '...' expected")
      } while (!body.vararg && this.accept(','))
    }
    this.expect(')')
    body.block = this.block()
    this.close('end', 'function', line)
    this.body = outer
    this.scope = scope
    this.active = active
    this.loopDepth = loopDepth
    return body
  }
}
