import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'
import { cursor, lateScanOptions, readScanOptions, replyEmptyScan } from '../generic/shared-scan.ts'

export default command({
  name: 'SSCAN',
  group: 'set',
  since: '2.8.0',
  summary: 'Walks the members of a set step by step.',
  complexity: 'O(1) for every step, O(N) for a complete walk',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), cursor, lateScanOptions()],
  reply: array('the next cursor, 0 at the end, and an array of members'),
  run(c, key, from, words) {
    const set = c.db.sets.get(key)
    if (set === undefined) return replyEmptyScan(c)
    const { match, count } = readScanOptions(words)
    const found: string[] = []
    const next = set.scan(from, count, (member) => {
      if (match === null || globMatch(match, member)) found.push(member)
    })
    c.reply.array(2)
    c.reply.bulk(String(next))
    c.reply.array(found.length)
    for (const member of found) c.reply.bulk(member)
  },
})
