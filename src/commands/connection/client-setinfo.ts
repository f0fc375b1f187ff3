import { E } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { isPlainName } from './shared-client.ts'

export default command({
  name: 'CLIENT SETINFO',
  group: 'connection',
  since: '7.2.0',
  summary: 'Notes the name or version of the client library of this connection.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [bytes('attribute'), bytes('value')],
  reply: status('OK'),
  run(c, attribute, value) {
    const which = attribute.toLowerCase()
    if (which !== 'lib-name' && which !== 'lib-ver') throw E.unknownClientAttribute(attribute)
    if (!isPlainName(value)) throw E.badClientAttribute(which)
    if (which === 'lib-name') c.session.libraryName = value
    else c.session.libraryVersion = value
    c.reply.ok()
  },
})
