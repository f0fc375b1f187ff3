import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { getRange } from './shared-range.ts'

export default command({
  name: 'GETRANGE',
  group: 'string',
  since: '2.4.0',
  summary: 'Returns a part of a string value; negative offsets count from its end.',
  complexity: 'O(N), N being the length of the part',
  flags: 'readonly',
  args: [key('key', 'RO access'), int64('start'), int64('end')],
  reply: bulk('the part, possibly empty'),
  run: getRange,
})
