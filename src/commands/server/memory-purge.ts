import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { collectGarbage } from '../../util/collect-garbage.ts'

export default command({
  name: 'MEMORY PURGE',
  group: 'server',
  since: '4.0.0',
  summary: 'Collects garbage at once.',
  complexity: 'O(N), N being the number of objects in memory',
  flags: '',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [],
  reply: status('OK'),
  run(c) {
    collectGarbage()
    c.reply.ok()
  },
})
