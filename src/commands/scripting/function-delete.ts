import { E } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'FUNCTION DELETE',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Deletes a function library.',
  complexity: 'O(1)',
  flags: 'write noscript',
  categories: '@scripting',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [bytes('library-name')],
  reply: status('OK'),
  run(c, name) {
    const { set } = c.server.scripting.libraries
    const library = set.libraries.get(name)
    if (library === undefined) throw E.functionNoLibrary
    set.unlink(library)
    c.store.dirty++
    c.reply.ok()
  },
})
