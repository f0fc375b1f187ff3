/** What a command replies: for documentation, and for checking replies in tests. */
export interface ReplyShape {
  readonly type: 'integer' | 'bulk' | 'status' | 'null' | 'array' | 'map' | 'set' | 'double' | 'boolean' | 'any'
  readonly meaning: string
}

const shape =
  (type: ReplyShape['type']) =>
  (meaning: string): ReplyShape => ({ type, meaning })

export const integer = shape('integer')
export const bulk = shape('bulk')
export const status = shape('status')
export const array = shape('array')
export const map = shape('map')
export const anything = shape('any')
