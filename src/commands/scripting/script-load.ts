import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'SCRIPT LOAD',
  group: 'scripting',
  since: '2.6.0',
  summary: 'Keeps a Lua script for EVALSHA.',
  complexity: 'O(N), N being the length of the script.',
  flags: 'noscript stale',
  categories: '@scripting',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [bytes('script')],
  reply: bulk("the script's SHA1"),
  run(c, script) {
    c.reply.bulk(c.server.scripting.load(script).sha)
  },
})
