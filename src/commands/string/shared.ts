/** What the string commands share: expiry options, lengths, and in-place editing. */
import { constants } from 'node:buffer'
import { E, type ReplyError } from '../../resp/errors.ts'
import { bytes, flag, named, shown, since, variant } from '../../spec/args.ts'
import type { StringValue } from '../../store/views.ts'
import { Bytes } from '../../types/bytes.ts'
import { isCanonicalInteger, parseInt64Exact } from '../../util/numbers.ts'

/** Longest string value: V8's limit, 24 bytes below the 512 MB of Redis. */
export const MAX_STRING_BYTES = constants.MAX_STRING_LENGTH

/** EX | PX | EXAT | PXAT, as SET and GETEX take them; `deadlineOf` reads the number. */
export const ttlVariants = {
  ex: named('EX', shown(bytes('seconds'), { type: 'integer' })),
  px: named('PX', shown(bytes('milliseconds'), { type: 'integer' })),
  exat: named('EXAT', shown(bytes('unix-time-seconds'), { type: 'unix-time' })),
  pxat: named('PXAT', shown(bytes('unix-time-milliseconds'), { type: 'unix-time' })),
} as const

export const setExpiry = variant('expiration', {
  ex: since('2.6.12', ttlVariants.ex),
  px: since('2.6.12', ttlVariants.px),
  exat: since('6.2.0', ttlVariants.exat),
  pxat: since('6.2.0', ttlVariants.pxat),
  keepttl: since('6.0.0', flag('KEEPTTL')),
})
export const getexExpiry = variant('expiration', { ...ttlVariants, persist: flag('PERSIST') })

type Unit = 'ex' | 'px' | 'exat' | 'pxat'

const MAX_MS = 9223372036854775807n

/** The deadline in Unix ms that an expiry option means; throws what Redis replies to nonsense. */
export function deadlineOf(unit: Unit, text: string, now: number, error: ReplyError): number {
  const amount = parseInt64Exact(text)
  if (amount === null) throw E.notInteger
  if (amount <= 0) throw error
  const seconds = unit === 'ex' || unit === 'exat'
  if (typeof amount === 'number' && amount < 1e12) {
    const ms = seconds ? amount * 1000 : amount
    return unit === 'ex' || unit === 'px' ? now + ms : ms
  }
  let ms = BigInt(amount)
  if (seconds) ms *= 1000n
  if (unit === 'ex' || unit === 'px') ms += BigInt(now)
  if (ms > MAX_MS) throw error
  return Math.min(Number(ms), Number.MAX_SAFE_INTEGER)
}

/** The form a new string value is kept in: a number when it is a canonical integer, else the bytes. */
export function stored(text: string): string | number {
  return text.length <= 16 && isCanonicalInteger(text) ? Number(text) : text
}

/** The bytes of a value. */
export function textOf(value: StringValue | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : value.toString()
}

export function lengthOf(value: StringValue | undefined): number {
  if (value === undefined) return 0
  return typeof value === 'number' ? String(value).length : value.length
}

/** The value in the form that can be changed in place. */
export function editable(value: StringValue | undefined): Bytes {
  return value instanceof Bytes ? value : Bytes.from(textOf(value))
}

export function checkLength(bytes: number): void {
  if (bytes > MAX_STRING_BYTES) throw E.stringTooLong
}
