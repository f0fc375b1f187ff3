import { key, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'
import { formatDouble17 } from '../../util/numbers.ts'
import { cursor, DEFAULT_COUNT, scanOptions } from '../generic/shared-scan.ts'

export default command({
  name: 'ZSCAN',
  group: 'sorted-set',
  since: '2.8.0',
  summary: 'Walks the members of a sorted set step by step.',
  complexity: 'O(1) for every step, O(N) for a complete walk',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), cursor, options(scanOptions)],
  reply: array('the next cursor, 0 at the end, and an array of members and scores'),
  run(c, key, from, { match, count }) {
    const found: string[] = []
    const next =
      c.db.sortedSets.get(key)?.scan(from, count ?? DEFAULT_COUNT, (member, score) => {
        if (match === null || globMatch(match, member)) found.push(member, formatDouble17(score))
      }) ?? 0
    c.reply.array(2)
    c.reply.bulk(String(next))
    c.reply.array(found.length)
    for (const word of found) c.reply.bulk(word)
  },
})
