/** XCLAIM and XAUTOCLAIM. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import { formatId, type StreamId } from '../../types/stream-id.ts'
import { parseInt64Exact } from '../../util/numbers.ts'
import { replyEntry } from './shared.ts'

/** The least idle time in ms; what is below zero counts as zero. */
export function readMinIdle(text: string, command: string): number {
  const n = parseInt64Exact(text)
  if (n === null) throw E.streamClaimMinIdle(command)
  return Math.max(0, Number(n))
}

/** An entry that was claimed: its id, or all of it. */
export function replyClaimed(c: Context, id: StreamId, fields: readonly string[], justId: boolean): void {
  if (justId) c.reply.bulk(formatId(id))
  else replyEntry(c, id, fields)
}
