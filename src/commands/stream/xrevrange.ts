import { bytes, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { rangeOptions, replyRange } from './shared-range.ts'

export default command({
  name: 'XREVRANGE',
  group: 'stream',
  since: '5.0.0',
  summary: 'Returns the entries of a stream between two ids, the last one first.',
  complexity: 'O(log(N)+M), N being the entries of the stream, M those returned',
  flags: 'readonly',
  args: [key('key', 'RO access'), bytes('end'), bytes('start'), rangeOptions],
  reply: array('entries: the id and an array of fields and values'),
  history: [['6.2.0', 'Bounds can be exclusive.']],
  run(c, key, end, start, { count }) {
    replyRange(c, key, start, end, count, true)
  },
})
