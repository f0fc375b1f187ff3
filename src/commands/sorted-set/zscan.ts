import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import type { SortedSet } from '../../types/sorted-set.ts'
import { globMatch } from '../../util/glob.ts'
import { formatDouble17 } from '../../util/numbers.ts'
import { cursor, lateScanOptions, readScanOptions, replyEmptyScan } from '../generic/shared-scan.ts'

/** Redis keeps whole scores of small sets as integers, and here shows what it keeps. */
function shownScore(set: SortedSet, score: number): string {
  const whole = score === Math.trunc(score) && Math.abs(score) <= 2 ** 62
  return whole && set.encoding() === 'listpack' ? String(BigInt(score)) : formatDouble17(score)
}

export default command({
  name: 'ZSCAN',
  group: 'sorted-set',
  since: '2.8.0',
  summary: 'Walks the members of a sorted set step by step.',
  complexity: 'O(1) for every step, O(N) for a complete walk',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), cursor, lateScanOptions()],
  reply: array('the next cursor, 0 at the end, and an array of members and scores'),
  run(c, key, from, words) {
    const set = c.db.sortedSets.get(key)
    if (set === undefined) return replyEmptyScan(c)
    const { match, count } = readScanOptions(words)
    const found: string[] = []
    const next = set.scan(from, count, (member, score) => {
      if (match === null || globMatch(match, member)) found.push(member, shownScore(set, score))
    })
    c.reply.array(2)
    c.reply.bulk(String(next))
    c.reply.array(found.length)
    for (const word of found) c.reply.bulk(word)
  },
})
