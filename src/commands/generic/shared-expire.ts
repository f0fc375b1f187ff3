/** EXPIRE and its family: one rule for four commands. */
import { E } from '../../resp/errors.ts'
import { flag, likened, oneOf, options, since } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'
import { parseInt64Exact } from '../../util/numbers.ts'

export const expireConditions = likened(
  options({ nx: flag('NX'), xx: flag('XX'), gt: flag('GT'), lt: flag('LT') }, E.unsupportedOption),
  since('7.0.0', oneOf('condition', { nx: 'NX', xx: 'XX', gt: 'GT', lt: 'LT' })),
)

export interface ExpireConditions {
  readonly nx: boolean
  readonly xx: boolean
  readonly gt: boolean
  readonly lt: boolean
}

const MAX_MS = 9223372036854775807n
const MIN_MS = -9223372036854775808n
/** Later ones (after the year 287396) become this: what is no whole number for us would differ in replicas and dumps. */
const LAST_DEADLINE = Number.MAX_SAFE_INTEGER

/** Reads an amount of time as Unix ms. Throws when the conditions clash, then when it is no valid expire time. */
export function expireDeadline(
  text: string,
  unit: 'seconds' | 'milliseconds',
  base: number,
  command: string,
  { nx, xx, gt, lt }: ExpireConditions,
): number {
  if (nx && (xx || gt || lt)) throw E.expireNxWithOther
  if (gt && lt) throw E.expireGtWithLt
  const amount = parseInt64Exact(text)
  if (amount === null) throw E.notInteger
  if (typeof amount === 'number' && amount < 1e12 && amount > -1e12) {
    return base + (unit === 'seconds' ? amount * 1000 : amount)
  }
  let ms = BigInt(amount)
  if (unit === 'seconds') ms *= 1000n
  if (ms > MAX_MS || ms < MIN_MS || ms + BigInt(base) > MAX_MS) throw E.invalidExpire(command)
  return Math.min(Number(ms + BigInt(base)), LAST_DEADLINE)
}

/** Sets a deadline if the conditions allow it and replies 1 or 0. A deadline in the past deletes the key. */
export function expireKey(c: Context, key: string, deadline: number, conditions: ExpireConditions): void {
  const { nx, xx, gt, lt } = conditions
  const { db, reply } = c
  const old = db.expireAt(key)
  if (old === -2) return reply.int(0)
  const never = old === -1
  if ((nx && !never) || (xx && never) || (gt && (never || deadline <= old)) || (lt && !never && deadline >= old)) {
    return reply.int(0)
  }
  if (deadline <= c.now && c.store.expiryMode === 'remove') {
    db.delete(key)
    c.propagate.as(c.server.config.lazyfreeLazyExpire ? 'UNLINK' : 'DEL', key)
    db.changed(key, 'del')
  } else {
    db.setExpireAt(key, deadline)
    c.propagate.as('PEXPIREAT', key, String(deadline))
    db.changed(key, 'expire')
  }
  reply.int(1)
}

/** TTL and its family: -2 without the key, -1 without a deadline. */
export function replyDeadline(c: Context, key: string, unit: 1 | 1000, relative: boolean): void {
  const deadline = c.db.lookAt(key) !== undefined ? c.db.expireAt(key) : -2
  if (deadline < 0) return c.reply.int(deadline)
  const ms = relative ? Math.max(0, deadline - c.now) : deadline
  c.reply.int(unit === 1 ? ms : relative ? Math.floor((ms + 500) / 1000) : Math.floor(ms / 1000))
}
