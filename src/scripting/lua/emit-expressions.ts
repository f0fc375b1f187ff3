import {
  describe,
  type Emission,
  type FunctionState,
  isSimple,
  literal,
  numberLiteral,
  staticType,
} from './emit-context.ts'
import type { BinaryOperator, CallExpression, Expression, FunctionBody, Local, TableField } from './syntax.ts'

let nextSlot = 0

/** Helpers for when operands are not plain numbers; see runtime.ts. */
const ARITHMETIC: Partial<Record<BinaryOperator, string>> = {
  '+': '$add',
  '-': '$sub',
  '*': '$mul',
  '/': '$div',
  '%': '$mod',
  '^': '$pow',
}

/** Writes JavaScript for expressions. Each method's text is one complete operand: parenthesised where it must be. */
export abstract class ExpressionEmitter {
  protected readonly emission: Emission
  protected state!: FunctionState

  constructor(emission: Emission) {
    this.emission = emission
  }

  protected abstract functionText(body: FunctionBody): string

  protected localName(local: Local): string {
    return `${local.name}_${local.id}`
  }

  /** The marker for an operation at a line; put right before what fails. */
  protected mark(line: number, names: readonly (string | undefined)[] = [], args?: number): string {
    this.emission.sites.push({ line, names, args })
    return `/*${this.emission.sites.length - 1}*/`
  }

  /** An entry in the table of hints. */
  protected slot(): number {
    return nextSlot++ & 4095
  }

  protected temporary(): string {
    const { state } = this
    if (++state.used > state.most) state.most = state.used
    return `$${state.used}`
  }

  /** Runs `write`, after which the temporaries it took are free again. */
  protected scratch<T>(write: () => T): T {
    const { used } = this.state
    const result = write()
    this.state.used = used
    return result
  }

  /** Exactly one value. */
  value(expression: Expression): string {
    switch (expression.type) {
      case 'nil':
        return 'undefined'
      case 'true':
      case 'false':
        return expression.type
      case 'number':
        return numberLiteral(expression.value === 0 ? (this.state.zero ??= expression.value) : expression.value)
      case 'string':
        return literal(expression.value)
      case 'vararg':
        return '$va[0]'
      case 'function':
        return this.functionText(expression.body)
      case 'local':
        return this.localName(expression.local)
      case 'global':
        return `${this.mark(expression.line)}$field($E,"${expression.name}",${this.slot()})`
      case 'index':
        return this.index(expression.object, expression.key, expression.line)
      case 'call':
        return `$first(${this.call(expression)})`
      case 'table':
        return this.scratch(() => this.table(expression.fields, expression.line))
      case 'paren':
        return this.value(expression.inner)
      case 'and':
      case 'or':
        return this.logical(expression.type, expression.left, expression.right)
      case 'unary':
        return this.unary(expression.operator, expression.operand, expression.line)
      case 'binary':
        return this.binary(expression.operator, expression.left, expression.right, expression.line)
    }
  }

  /** Any number of values: a single one, or an array. */
  multiple(expression: Expression): string {
    if (expression.type === 'call') return this.call(expression)
    return expression.type === 'vararg' ? '$va' : this.value(expression)
  }

  /** The elements of an array with all values of a list, the last expression of which may give several. */
  list(expressions: readonly Expression[]): string {
    return expressions
      .map((each, i) => {
        if (i < expressions.length - 1) return this.value(each)
        if (each.type === 'vararg') return '...$va'
        return each.type === 'call' ? `...$list(${this.call(each)})` : this.value(each)
      })
      .join(',')
  }

  /** Whether it is neither nil nor false, as a JavaScript boolean. */
  condition(expression: Expression): string {
    switch (expression.type) {
      case 'paren':
        return this.condition(expression.inner)
      case 'nil':
      case 'false':
        return 'false'
      case 'true':
      case 'number':
      case 'string':
        return 'true'
      case 'and':
        return `(${this.condition(expression.left)}&&${this.condition(expression.right)})`
      case 'or':
        return `(${this.condition(expression.left)}||${this.condition(expression.right)})`
      case 'local': {
        const name = this.localName(expression.local)
        return `(${name}!==undefined&&${name}!==false)`
      }
      case 'unary':
        if (expression.operator === 'not') return `!${this.condition(expression.operand)}`
    }
    if (staticType(expression) === 'boolean') return this.value(expression)
    return this.scratch(() => {
      const value = this.value(expression)
      const held = this.temporary()
      return `((${held}=${value})!==undefined&&${held}!==false)`
    })
  }

  private logical(operator: 'and' | 'or', left: Expression, right: Expression): string {
    if (staticType(left) === 'boolean') {
      return `(${this.condition(left)}${operator === 'and' ? '&&' : '||'}${this.value(right)})`
    }
    return this.scratch(() => {
      const simple = isSimple(left)
      const leftText = this.value(left)
      const held = simple ? leftText : this.temporary()
      const test = `${simple ? held : `(${held}=${leftText})`}!==undefined&&${held}!==false`
      // The temporary is still needed where the left value is the result, but not by the right side.
      const rightText = this.value(right)
      return operator === 'and' ? `(${test}?${rightText}:${held})` : `(${test}?${held}:${rightText})`
    })
  }

  private unary(operator: 'not' | '-' | '#', operand: Expression, line: number): string {
    if (operator === 'not') return `!${this.condition(operand)}`
    return this.scratch(() => {
      const mark = () => this.mark(line, [describe(operand)])
      if (operator === '#') return `${mark()}$len(${this.value(operand)})`
      const text = this.value(operand)
      if (staticType(operand) === 'number') return `(-${text})`
      const held = isSimple(operand) ? text : this.temporary()
      const set = held === text ? held : `(${held}=${text})`
      return `(typeof ${set}==='number'?-${held}:${mark()}$neg(${held}))`
    })
  }

  /** Both operands ready to be read more than once, and what to do first. */
  private operands(left: Expression, right: Expression): { before: string; a: string; b: string } {
    let before = ''
    let a = this.value(left)
    if (!isSimple(left)) {
      const held = this.temporary()
      before = `${held}=${a},`
      a = held
    }
    let b = this.value(right)
    if (!isSimple(right)) {
      const held = this.temporary()
      before += `${held}=${b},`
      b = held
    }
    return { before, a, b }
  }

  private binary(operator: BinaryOperator, left: Expression, right: Expression, line: number): string {
    return this.scratch(() => {
      if (operator === '..') return this.concatenation(left, right, line)
      if (operator === '==' || operator === '~=') return this.equality(operator, left, right, line)
      const { before, a, b } = this.operands(left, right)
      const numeric = [a, b].filter((_, i) => staticType(i === 0 ? left : right) !== 'number')
      const test = numeric.map((each) => `typeof ${each}==='number'`).join('&&')
      const plain = this.plain(operator, a, b)
      if (test === '') return `(${before}${plain})`
      const helper = ARITHMETIC[operator]
      let slow: string
      if (helper !== undefined) slow = `${this.mark(line, [describe(left), describe(right)])}${helper}(${a},${b})`
      else if (operator === '<' || operator === '<=') {
        slow = `${this.mark(line)}${operator === '<' ? '$lt' : '$le'}(${a},${b})`
      } else slow = `${this.mark(line)}${operator === '>' ? '$lt' : '$le'}(${b},${a})`
      return `(${before}${test}?${plain}:${slow})`
    })
  }

  private plain(operator: BinaryOperator, a: string, b: string): string {
    if (operator === '%') return `${a}-Math.floor(${a}/${b})*${b}`
    if (operator === '^') return `$cpow(${a},${b})`
    return `${a}${operator} ${b}`
  }

  private equality(operator: '==' | '~=', left: Expression, right: Expression, line: number): string {
    const never = (type: string | undefined) => type !== undefined && type !== 'table'
    if (never(staticType(left)) || never(staticType(right))) {
      return `(${this.value(left)}${operator === '==' ? '===' : '!=='}${this.value(right)})`
    }
    const { before, a, b } = this.operands(left, right)
    const objects = `typeof ${a}==='object'&&typeof ${b}==='object'`
    const test = `(${a}===${b}||${objects}&&${this.mark(line)}$eq(${a},${b}))`
    const text = operator === '==' ? test : `!${test}`
    return before === '' ? text : `(${before}${text})`
  }

  /** A chain of `..` is evaluated from left to right, then joined from right to left. */
  private concatenation(left: Expression, right: Expression, line: number): string {
    const operands = [left]
    let rest = right
    while (rest.type === 'binary' && rest.operator === '..') {
      operands.push(rest.left)
      rest = rest.right
    }
    operands.push(rest)
    let before = ''
    const texts = operands.map((each) => {
      const text = this.value(each)
      if (each.type === 'string' || each.type === 'local') return text
      const held = this.temporary()
      before += `${held}=${text},`
      return held
    })
    const tests = texts.filter((_, i) => operands[i].type !== 'string').map((text) => `typeof ${text}==='string'`)
    const names = operands.map(describe)
    const slow = texts.reduceRight((b, a, i) => `${this.mark(line, [names[i], names[i + 1]])}$cat(${a},${b})`)
    // A very long result would be an exception of JavaScript's, which is an error of Lua's too.
    return `(${before}${tests.length === 0 ? '' : `${tests.join('&&')}?`}${texts.join('+')}${
      tests.length === 0 ? '' : `:${slow}`
    })`
  }

  private index(object: Expression, key: Expression, line: number): string {
    const mark = () => this.mark(line, [describe(object)])
    const objectText = this.value(object)
    if (key.type === 'string') return `${mark()}$field(${objectText},${literal(key.value)},${this.slot()})`
    const keyText = this.value(key)
    return `${mark()}$index(${objectText},${keyText})`
  }

  /** A call with whatever it returns. */
  call({ callee, method, args, line }: CallExpression): string {
    const { state } = this
    return this.scratch(() => {
      let fn: string
      let self = ''
      let before = ''
      const name = method === undefined ? describe(callee) : `method '${method}'`
      if (method !== undefined) {
        const object = this.value(callee)
        self = isSimple(callee) && callee.type === 'local' ? object : this.temporary()
        if (self !== object) before = `${self}=${object},`
        fn = `${this.mark(line, [describe(callee)])}$field(${self},"${method}",${this.slot()})`
      } else fn = this.value(callee)
      const last = args.at(-1)
      const open = last !== undefined && (last.type === 'call' || last.type === 'vararg')
      const count = args.length + (method === undefined ? 0 : 1)
      if (count > state.widest) state.widest = count
      // A local can be read again, unless the arguments might change it meanwhile.
      const steady = callee.type === 'local' && method === undefined && !callee.local.assigned
      const held = steady ? fn : this.temporary()
      const assign = steady ? '' : `${held}=${fn}`
      const list = [self, this.list(args)].filter((each) => each !== '').join(',')
      const mark = this.mark(line, [name], open ? undefined : args.length)
      if (state.suspendable) {
        return `(${before}${assign === '' ? '' : `${assign},`}(${mark}yield*${mark}$call(${held},[${list}])))`
      }
      if (open) return `(${before}${assign === '' ? '' : `${assign},`}${mark}$apply(${held},[${list}]))`
      // A local is tested in place: it is the hot case, and short.
      const text = steady
        ? `(typeof ${held}==='function'?${held}:$fn(${held}))${mark}(${list})`
        : `$fn(${fn})${mark}(${list})`
      return before === '' ? text : `(${before}${text})`
    })
  }

  private table(fields: readonly TableField[], line: number): string {
    if (fields.length === 0) return 'new $Table()'
    const listed = fields.filter((each) => each.key === undefined)
    const keyed = fields.filter((each) => each.key !== undefined)
    const items = () => `[undefined,${this.list(listed.map((each) => each.value))}]`
    if (keyed.length === 0) return `new $Table(${items()})`
    const names = new Set(keyed.map((each) => (each.key!.type === 'string' ? each.key!.value : undefined)))
    const plain = names.size === keyed.length && !names.has(undefined)
    const inOrder = listed.length === 0 || keyed.every((each) => isSimple(each.value) || each.value.type === 'function')
    if (plain && inOrder) {
      // A field that is nil is none: a row for it would only decide on the order.
      const there = keyed.filter((each) => each.value.type !== 'nil')
      const keys = there.map((each) => this.value(each.key!))
      const values = there.map((each) => this.value(each.value))
      return `new $Table(${listed.length === 0 ? 'undefined' : items()},[${keys}],[${values}])`
    }
    const table = this.temporary()
    const list = this.temporary()
    const steps = fields.map((each, i) => {
      if (each.key === undefined) {
        const spread = i === fields.length - 1 ? this.list([each.value]) : this.value(each.value)
        return `${list}.push(${spread})`
      }
      const key = this.value(each.key)
      return `${this.mark(line)}$field1(${table},${key},${this.value(each.value)})`
    })
    return `(${table}=new $Table(),${list}=[undefined],${steps.join(',')},$fill(${table},${list}))`
  }
}
