import { E } from '../../resp/errors.ts'
import { int, optional } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

const MOST_BITS = 4096

export default command({
  name: 'ACL GENPASS',
  group: 'server',
  since: '6.0.0',
  summary: 'Makes up a password that cannot be guessed.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [optional(int('bits', { min: 1, max: MOST_BITS, rangeError: E.aclPasswordBits }), 256)],
  tooMany: E.subcommandSyntax('GENPASS', 'ACL'),
  reply: bulk('hexadecimal digits, four bits each'),
  run(c, bits) {
    c.reply.bulk(c.random.hex(Math.ceil(bits / 4)))
  },
})
