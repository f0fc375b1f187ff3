import { E } from '../../resp/errors.ts'
import { bytes, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL CAT',
  group: 'server',
  since: '6.0.0',
  summary: 'Lists the categories of commands, or the commands of one.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [optional(bytes('categoryname'))],
  tooMany: E.subcommandSyntax('CAT', 'ACL'),
  reply: array('names'),
  run({ server, reply }, category) {
    const { directory } = server.acl
    const names =
      category === null ? directory.categories : directory.inCategory(category)?.map((command) => command.name)
    if (names === undefined) throw E.aclUnknownCategory(category!)
    reply.array(names.length)
    for (const name of names) reply.bulk(name)
  },
})
