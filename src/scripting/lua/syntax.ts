/** The syntax tree. Names are already resolved: a local is its `Local`, everything else a global. */

export interface Local {
  readonly name: string
  readonly id: number
  readonly owner: FunctionBody
  /** Changed after its declaration. */
  assigned: boolean
  /** Used by a function inside its own. */
  captured: boolean
  /** Holds a number for as long as it lives. */
  numeric: boolean
}

export interface FunctionBody {
  readonly line: number
  readonly parent: FunctionBody | undefined
  parameters: Local[]
  vararg: boolean
  block: Statement[]
  /** Calls something, so it may be suspended. */
  calls: boolean
  loops: boolean
  locals: number
  upvalues: Set<Local>
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '..' | '==' | '~=' | '<' | '<=' | '>' | '>='

export type Expression =
  | { readonly type: 'nil' }
  | { readonly type: 'true' }
  | { readonly type: 'false' }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vararg' }
  | { readonly type: 'function'; readonly body: FunctionBody }
  | { readonly type: 'local'; readonly local: Local; readonly upvalue: boolean }
  | { readonly type: 'global'; readonly name: string; readonly line: number }
  | { readonly type: 'index'; readonly object: Expression; readonly key: Expression; line: number }
  | CallExpression
  | { readonly type: 'table'; readonly fields: TableField[]; readonly line: number }
  | { readonly type: 'paren'; readonly inner: Expression }
  | { readonly type: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly type: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      readonly line: number
    }
  | {
      readonly type: 'unary'
      readonly operator: 'not' | '-' | '#'
      readonly operand: Expression
      readonly line: number
    }

export interface CallExpression {
  readonly type: 'call'
  readonly callee: Expression
  /** For `object:method(...)`, where the callee is the object. */
  readonly method: string | undefined
  readonly args: Expression[]
  readonly line: number
}

export interface TableField {
  /** Undefined for the next item of the list. */
  readonly key: Expression | undefined
  readonly value: Expression
}

export type Statement =
  | { readonly type: 'local'; readonly locals: Local[]; readonly values: Expression[]; readonly line: number }
  | { readonly type: 'local-function'; readonly local: Local; readonly body: FunctionBody }
  | { readonly type: 'assign'; readonly targets: Expression[]; readonly values: Expression[]; readonly line: number }
  | { readonly type: 'call'; readonly call: CallExpression }
  | { readonly type: 'do'; readonly block: Statement[] }
  | { readonly type: 'while'; readonly condition: Expression; readonly block: Statement[] }
  | { readonly type: 'repeat'; readonly block: Statement[]; readonly condition: Expression }
  | { readonly type: 'if'; readonly clauses: { condition: Expression | undefined; block: Statement[] }[] }
  | {
      readonly type: 'numeric-for'
      readonly local: Local
      readonly start: Expression
      readonly limit: Expression
      readonly step: Expression | undefined
      readonly block: Statement[]
      readonly line: number
    }
  | {
      readonly type: 'generic-for'
      readonly locals: Local[]
      readonly values: Expression[]
      readonly block: Statement[]
      readonly line: number
    }
  | { readonly type: 'return'; readonly values: Expression[]; readonly line: number }
  | { readonly type: 'break' }
