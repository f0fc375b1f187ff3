import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'FUNCTION KILL',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Ends the function that runs, if it has written nothing yet.',
  complexity: 'O(1)',
  flags: 'noscript allow_busy',
  categories: '@scripting',
  tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
  args: [],
  reply: status('OK'),
  run(c) {
    c.server.scripting.runner.kill(false)
    c.reply.ok()
  },
})
