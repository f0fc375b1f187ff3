import { E } from '../../resp/errors.ts'
import { flag, options } from '../../spec/args.ts'
import type { Context } from '../../spec/context.ts'

export const rankOptions = options({ withScore: flag('WITHSCORE') }, E.syntax)

/** ZRANK and ZREVRANK. */
export function replyRank(c: Context, key: string, member: string, withScore: boolean, reverse: boolean): void {
  const set = c.db.sortedSets.get(key)
  const rank = set?.rank(member) ?? -1
  if (set === undefined || rank < 0) return withScore ? c.reply.nullArray() : c.reply.null()
  if (withScore) c.reply.array(2)
  c.reply.int(reverse ? set.size - 1 - rank : rank)
  if (withScore) c.reply.double(set.score(member)!)
}
