import { flag, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { globMatch } from '../../util/glob.ts'
import { cursor, lateScanOptions, readScanOptions, replyEmptyScan } from '../generic/shared-scan.ts'

export default command({
  name: 'HSCAN',
  group: 'hash',
  since: '2.8.0',
  summary: 'Walks the fields of a hash step by step.',
  complexity: 'O(1) for every step, O(N) for a complete walk',
  flags: 'readonly',
  tips: ['nondeterministic_output'],
  args: [key('key', 'RO access'), cursor, lateScanOptions({ novalues: flag('NOVALUES') })],
  reply: array('the next cursor, 0 at the end, and an array of fields and values'),
  run(c, key, from, words) {
    const hash = c.db.hashes.get(key)
    if (hash === undefined) return replyEmptyScan(c)
    const { match, count, novalues } = readScanOptions(words, true)
    const found: string[] = []
    const next = hash.scan(from, count, (field, value) => {
      if (match !== null && !globMatch(match, field)) return
      found.push(field)
      if (!novalues) found.push(value)
    })
    c.reply.array(2)
    c.reply.bulk(String(next))
    c.reply.array(found.length)
    for (const word of found) c.reply.bulk(word)
  },
})
