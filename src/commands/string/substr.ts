import { int64, key } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { getRange } from './shared-range.ts'

export default command({
  name: 'SUBSTR',
  group: 'string',
  since: '1.0.0',
  summary: 'Returns a part of a string value: the old name of GETRANGE.',
  complexity: 'O(N), N being the length of the part',
  flags: 'readonly',
  deprecatedSince: '2.0.0',
  replacedBy: 'GETRANGE',
  args: [key('key', 'RO access'), int64('start'), int64('end')],
  reply: bulk('the part, possibly empty'),
  run: getRange,
})
