import { E } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'SCRIPT SHOW',
  group: 'scripting',
  since: '8.0.0',
  summary: 'Returns the source of a script the server keeps.',
  complexity: 'O(1)',
  flags: 'noscript',
  categories: '@scripting',
  args: [bytes('sha1')],
  reply: bulk('the source'),
  run(c, sha) {
    const body = c.server.scripting.bodyOf(sha)
    if (body === null) throw E.scriptNoScript
    c.reply.bulk(body)
  },
})
