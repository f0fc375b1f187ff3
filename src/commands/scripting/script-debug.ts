import { E } from '../../resp/errors.ts'
import { choice } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'SCRIPT DEBUG',
  group: 'scripting',
  since: '3.2.0',
  summary: 'Would start the debugger of scripts, which there is none of.',
  complexity: 'O(1)',
  flags: 'noscript',
  categories: '@scripting',
  args: [choice('mode', { yes: 'YES', sync: 'SYNC', no: 'NO' }, E.scriptDebug)],
  reply: status('OK, for NO'),
  run(c, mode) {
    if (mode !== 'no') throw E.scriptNoDebugger
    c.reply.ok()
  },
})
