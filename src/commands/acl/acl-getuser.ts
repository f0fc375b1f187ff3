import type { Reply } from '../../resp/reply.ts'
import type { Selector } from '../../security/selector.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL GETUSER',
  group: 'server',
  since: '6.0.0',
  summary: 'Describes a user: state, passwords as hashes, permissions.',
  complexity: 'O(N), N being the number of passwords and rules of the user',
  flags: 'admin noscript loading stale',
  args: [bytes('username')],
  reply: map('flags, passwords, commands, keys, channels, selectors; null without such a user'),
  history: [
    ['6.2.0', 'Has channels.'],
    ['7.0.0', 'Has selectors, and shows keys and channels as rules.'],
  ],
  run({ server, reply }, name) {
    const user = server.acl.find(name)
    if (user === undefined) return reply.null()
    const [root, ...others] = user.selectors
    reply.map(6)
    reply.bulk('flags')
    reply.set(user.flags.length)
    for (const flag of user.flags) reply.bulk(flag)
    reply.bulk('passwords')
    reply.array(user.passwords.length)
    for (const hash of user.passwords) reply.bulk(hash)
    describe(reply, root)
    reply.bulk('selectors')
    reply.array(others.length)
    for (const selector of others) {
      reply.map(3)
      describe(reply, selector)
    }
  },
})

function describe(reply: Reply, selector: Selector): void {
  reply.bulk('commands')
  reply.bulk(selector.describeCommands())
  reply.bulk('keys')
  reply.bulk(selector.describeKeys())
  reply.bulk('channels')
  reply.bulk(selector.describeChannels())
}
