import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { checkClientName } from './shared-client.ts'

export default command({
  name: 'CLIENT SETNAME',
  group: 'connection',
  since: '2.6.9',
  summary: 'Names this connection; an empty name takes it away.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [bytes('connection-name')],
  reply: status('OK'),
  run(c, name) {
    checkClientName(name)
    c.session.name = name
    c.reply.ok()
  },
})
