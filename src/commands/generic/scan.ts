import { bytes, named, options, since } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { typeOf } from '../../types/value.ts'
import { globMatch } from '../../util/glob.ts'
import { cursor, DEFAULT_COUNT, scanOptions } from './shared-scan.ts'

export default command({
  name: 'SCAN',
  group: 'generic',
  since: '2.8.0',
  summary: 'Walks the keys of the database step by step; a key there throughout the walk is always returned.',
  complexity: 'O(1) for every step, O(N) for a complete walk',
  flags: 'readonly',
  categories: '@keyspace',
  tips: ['nondeterministic_output', 'request_policy:special'],
  args: [cursor, options({ ...scanOptions, type: since('6.0.0', named('TYPE', bytes('type'))) })],
  reply: array('the next cursor, 0 at the end, and an array of keys'),
  history: [['6.0.0', 'Has TYPE.']],
  run(c, from, { match, count, type }) {
    const { db, reply } = c
    c.propagate.apart()
    const found: string[] = []
    const wanted = type?.toLowerCase() ?? null
    const next = db.scan(from, count ?? DEFAULT_COUNT, (key, value) => {
      if (match !== null && !globMatch(match, key)) return
      if (wanted !== null && typeOf(value) !== wanted) return
      found.push(key)
    })
    // After the walk: a key past its deadline is removed here, which moves another one.
    const alive = found.filter((key) => db.peekHas(key))
    reply.array(2)
    reply.bulk(String(next))
    reply.array(alive.length)
    for (const key of alive) reply.bulk(key)
  },
})
