import { E } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
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
  args: [bytes('index1'), bytes('index2')],
  reply: status('OK'),
  run(c, first, second) {
    c.store.swap(databaseNumber(c, first, E.invalidFirstDb), databaseNumber(c, second, E.invalidSecondDb))
    c.store.expiry.rearm()
    c.store.dirty++
    c.reply.ok()
  },
})
