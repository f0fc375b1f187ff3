import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'
import { sort, sortArgument } from './shared-sort.ts'

export default command({
  name: 'SORT',
  group: 'generic',
  since: '1.0.0',
  summary: 'Sorts the elements of a list, a set or a sorted set, and returns or stores them.',
  complexity: 'O(N+M*log(M)), N being the number of elements, M of those returned; O(N) when they are not sorted',
  flags: 'write denyoom',
  categories: '-@keyspace @set @sortedset @list @dangerous',
  args: [key('key', 'RO access'), sortArgument(true)],
  reply: anything('elements, or what GET finds for them; how many were stored with STORE'),
  run: sort,
})
