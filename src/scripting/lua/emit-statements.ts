import { describe, isSimple, literal, staticType } from './emit-context.ts'
import { ExpressionEmitter } from './emit-expressions.ts'
import type { Expression, FunctionBody, Local, Statement } from './syntax.ts'

/** What a frame takes beside variables and arguments, in words. */
const FRAME = 16
const LOOP_FRAME = 14

/** Writes JavaScript for statements and functions; all on one line, for the markers' sake. */
export class Emitter extends ExpressionEmitter {
  /** A function expression. */
  protected override functionText(body: FunctionBody): string {
    const { emission, state: outer } = this
    const suspendable = emission.coroutines && body.calls
    this.state = { body, suspendable, used: 0, most: 0, widest: 0, zero: undefined }
    const text = this.block(body.block)
    const { most, widest } = this.state
    this.state = outer
    // Arguments are first gathered in registers, then pushed. A loop's cursor calls from a frame of its own.
    const weight = FRAME + body.parameters.length + body.locals + most + 2 * widest + (body.loops ? LOOP_FRAME : 0)
    let variables = `const $w=${weight};let $r`
    if (body.loops) variables += ',$n=0'
    for (let i = 1; i <= most; i++) variables += `,$${i}`
    const own = emission.environments
    const enter = `if(($m.stack-=$w)<0||--$m.steps<0)${this.mark(Math.max(1, body.line))}$m.enter();`
    const leave = endsWithReturn(body.block) ? '' : `${this.leave()}return $0;`
    const parameters = body.parameters.map((each) => this.localName(each))
    if (body.vararg) parameters.push('...$va')
    const code = `{${variables};${enter}${own ? '$m.environments.push($c);' : ''}${text}${leave}}`
    const list = parameters.join(',')
    const made = suspendable ? `$suspendable(function*(${list})${code})` : `(${list})=>${code}`
    if (!own) return `(${made})`
    return `(($E)=>{const $c={get:()=>$E,set:(e)=>{$E=e}};return $environment(${made},$c)})($E)`
  }

  /** The main function, as a statement that returns it. */
  main(body: FunctionBody): string {
    const text = this.functionText(body)
    if (this.emission.environments) return `return ${text}`
    return `return $environment(${text},{get:()=>$E,set:(e)=>{$E=e}})`
  }

  private leave(): string {
    return `$m.stack+=$w;${this.emission.environments ? '$m.environments.pop();' : ''}`
  }

  private block(statements: readonly Statement[]): string {
    let text = ''
    for (const each of statements) text += this.scratch(() => this.statement(each))
    return text
  }

  private statement(statement: Statement): string {
    switch (statement.type) {
      case 'local':
        return this.local(statement.locals, statement.values)
      case 'local-function': {
        const name = this.localName(statement.local)
        const text = this.functionText(statement.body)
        return statement.local.assigned ? `let ${name};${name}=${text};` : `const ${name}=${text};`
      }
      case 'assign':
        return this.assign(statement.targets, statement.values, statement.line)
      case 'call':
        return `${this.call(statement.call)};`
      case 'do':
        return `{${this.block(statement.block)}}`
      case 'while': {
        const condition = this.condition(statement.condition)
        return `while(${condition}){${this.turn()}${this.block(statement.block)}}`
      }
      case 'repeat': {
        const block = this.block(statement.block)
        return `while(true){${this.turn()}${block}if(${this.condition(statement.condition)})break;}`
      }
      case 'if':
        return statement.clauses
          .map(({ condition, block }) => {
            const head = condition === undefined ? '' : `if(${this.condition(condition)})`
            return `${head}{${this.block(block)}}`
          })
          .join('else ')
      case 'numeric-for':
        return this.numericFor(statement)
      case 'generic-for':
        return this.genericFor(statement)
      case 'return':
        return this.return(statement.values)
      case 'break':
        return 'break;'
    }
  }

  /** What each turn of a loop begins with. */
  private turn(): string {
    return 'if((++$n&1023)===0)$m.loop();'
  }

  private declaration(local: Local, value: string): string {
    return `${local.assigned ? 'let' : 'const'} ${this.localName(local)}=${value};`
  }

  private local(locals: readonly Local[], values: readonly Expression[]): string {
    let text = ''
    const last = values.at(-1)
    const several = last !== undefined && (last.type === 'call' || last.type === 'vararg')
    for (let i = 0; i < Math.max(locals.length, values.length); i++) {
      if (several && i === values.length - 1 && locals.length > values.length) {
        let list = '$va'
        if (last.type === 'call') {
          list = `$l${this.emission.nextLoop++}`
          text += `const ${list}=$list(${this.call(last)});`
        }
        for (let j = i; j < locals.length; j++) text += this.declaration(locals[j], `${list}[${j - i}]`)
        break
      }
      const value = values[i] as Expression | undefined
      const local = locals[i] as Local | undefined
      if (local === undefined) {
        text += `${this.scratch(() => this.value(value!))};`
      } else if (value === undefined) text += this.declaration(local, 'undefined')
      else {
        // Known only now, and only used by what comes after.
        if (!local.assigned && staticType(value) === 'number') local.numeric = true
        text += this.declaration(
          local,
          this.scratch(() => this.value(value)),
        )
      }
    }
    return text
  }

  private assign(targets: readonly Expression[], values: readonly Expression[], line: number): string {
    if (targets.length === 1 && values.length === 1) return this.store(targets[0], this.value(values[0]), line)
    // Objects and keys first, then the values, then the assignments, the last one first.
    let text = ''
    const hold = (value: string): string => {
      const held = this.temporary()
      text += `${held}=${value};`
      return held
    }
    const places = targets.map((target) => {
      if (target.type !== 'index') return undefined
      const object = hold(this.value(target.object))
      return { object, key: isConstant(target.key) ? this.value(target.key) : hold(this.value(target.key)) }
    })
    const held: string[] = []
    const last = values.at(-1)!
    values.forEach((value, i) => {
      const expands = i === values.length - 1 && (last.type === 'call' || last.type === 'vararg')
      if (!expands || targets.length <= values.length) held.push(hold(this.value(value)))
      else {
        const list = hold(`$list(${this.multiple(last)})`)
        for (let j = i; j < targets.length; j++) held.push(`${list}[${j - i}]`)
      }
    })
    for (let i = targets.length - 1; i >= 0; i--) {
      const value = held[i] ?? 'undefined'
      const place = places[i]
      const target = targets[i]
      if (place === undefined || target.type !== 'index') text += this.store(target, value, line)
      else text += `${this.mark(target.line, [describe(target.object)])}$set(${place.object},${place.key},${value});`
    }
    return text
  }

  private store(target: Expression, value: string, line: number): string {
    if (target.type === 'local') return `${this.localName(target.local)}=${value};`
    if (target.type === 'global') return `${this.mark(line)}$put($E,"${target.name}",${value},${this.slot()});`
    if (target.type !== 'index') return ''
    const object = this.value(target.object)
    if (target.key.type === 'string') {
      return `${this.mark(line, [describe(target.object)])}$put(${object},${literal(target.key.value)},${value},${this.slot()});`
    }
    const key = this.value(target.key)
    return `${this.mark(line, [describe(target.object)])}$set(${object},${key},${value});`
  }

  private numericFor(statement: Extract<Statement, { type: 'numeric-for' }>): string {
    const { local, start, limit, step, block, line } = statement
    const id = this.emission.nextLoop++
    const [counter, end, by] = [`$i${id}`, `$e${id}`, `$s${id}`]
    const number = (expression: Expression, what: string): string => {
      const text = this.value(expression)
      if (staticType(expression) === 'number') return text
      return `${this.mark(line)}$for(${text},"${what}")`
    }
    const known = step === undefined ? 1 : step.type === 'number' ? step.value : undefined
    // Evaluated in order, but checked start first.
    let text = `{let ${counter}=${number(start, 'initial value')};const ${end}=${number(limit, 'limit')};`
    let advance: string
    let test: string
    if (known !== undefined) {
      advance = known === 1 ? `${counter}++` : `${counter}+=${known}`
      test = known > 0 ? `${counter}<=${end}` : `${end}<=${counter}`
    } else {
      text += `const ${by}=${number(step!, 'step')};`
      advance = `${counter}+=${by}`
      test = `(${by}>0?${counter}<=${end}:${end}<=${counter})`
    }
    const variable = `${local.assigned ? 'let' : 'const'} ${this.localName(local)}=${counter};`
    return `${text}for(;${test};${advance}){${this.turn()}${variable}${this.block(block)}}}`
  }

  private genericFor(statement: Extract<Statement, { type: 'generic-for' }>): string {
    const { locals, values, block, line } = statement
    const name = `$c${this.emission.nextLoop++}`
    const single = values.length === 1 && values[0].type === 'call'
    const open = single
      ? `$cursorOf(${this.call(values[0] as Extract<Expression, { type: 'call' }>)})`
      : `$cursor(...[${this.list(values)}])`
    const reads = ['key', 'value']
    const declarations = locals.map((local, i) => this.declaration(local, `${name}.${reads[i] ?? `at(${i})`}`))
    const test = `${this.mark(line)}${name}.next()`
    return `{const ${name}=${open};while(${test}){${this.turn()}${declarations.join('')}${this.block(block)}}}`
  }

  private return(values: readonly Expression[]): string {
    const leave = this.leave()
    // A return is the last statement of its block, but needs one of its own for `else`.
    if (values.length === 0) return `{${leave}return $0;}`
    if (values.length > 1) return `{$r=[${this.list(values)}];${leave}return $r;}`
    const text = this.multiple(values[0])
    return isSimple(values[0]) ? `{${leave}return ${text};}` : `{$r=${text};${leave}return $r;}`
  }
}

function isConstant(expression: Expression): boolean {
  return isSimple(expression) && expression.type !== 'local' && expression.type !== 'paren'
}

function endsWithReturn(block: readonly Statement[]): boolean {
  return block.at(-1)?.type === 'return'
}
