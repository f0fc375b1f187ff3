import { E } from '../../resp/errors.ts'
import { bytes, shown } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { databaseNumber } from '../generic/shared-database.ts'

export default command({
  name: 'SWAPDB',
  group: 'server',
  since: '4.0.0',
  summary: 'Exchanges two databases: who is connected to one sees the keys of the other.',
  complexity: 'O(N), N being the number of clients that watch or wait for keys',
  flags: 'write fast',
  categories: '@keyspace @dangerous',
  args: [shown(bytes('index1'), { type: 'integer' }), shown(bytes('index2'), { type: 'integer' })],
  reply: status('OK'),
  run(c, first, second) {
    c.store.swap(databaseNumber(c, first, E.invalidFirstDb), databaseNumber(c, second, E.invalidSecondDb))
    c.store.expiry.rearm()
    c.store.dirty++
    c.reply.ok()
  },
})
