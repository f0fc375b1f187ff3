import { key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { sort, sortArgument } from './shared-sort.ts'

export default command({
  name: 'SORT_RO',
  group: 'generic',
  since: '7.0.0',
  summary: 'Returns the sorted elements of a list, a set or a sorted set.',
  complexity: 'O(N+M*log(M)), N being the number of elements, M of those returned; O(N) when they are not sorted',
  flags: 'readonly movablekeys',
  categories: '-@keyspace @set @sortedset @list @dangerous',
  args: [key('key', 'RO access'), sortArgument(false)],
  reply: array('elements, or what GET finds for them'),
  run: sort,
})
