import { dumpFunctions } from '../../rdb/functions.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'FUNCTION DUMP',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Returns every function library in the form FUNCTION RESTORE takes.',
  complexity: 'O(N), N being the number of libraries.',
  flags: 'noscript',
  categories: '@scripting',
  args: [],
  reply: bulk('the payload'),
  run(c) {
    c.reply.bulk(dumpFunctions(c.server.scripting.libraries.sources))
  },
})
