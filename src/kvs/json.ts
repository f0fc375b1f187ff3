/** JSON as it is kept in a store. */
import { utf8 } from './backend.ts'

/** A TypeError for what JSON cannot say: undefined, functions, cycles. */
export function toJson(value: unknown, name = 'value'): Buffer {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`${name} has no JSON form`)
  return utf8(text)
}

export function fromJson<T>(bytes: Uint8Array): T {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as T
}
