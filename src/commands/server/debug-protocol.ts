import { E } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { anything } from '../../spec/reply-shape.ts'
import { allowDebug } from './shared-debug.ts'

/** The number Redis replies here; no approximation of anything. */
const PROTOCOL_DOUBLE = Number('3.141')

const KINDS: Readonly<Record<string, (c: Context) => void>> = {
  string: (c) => c.reply.bulk('Hello World'),
  integer: (c) => c.reply.int(12345),
  double: (c) => c.reply.double(PROTOCOL_DOUBLE),
  null: (c) => c.reply.null(),
  array: (c) => numbers(c, () => c.reply.array(3)),
  set: (c) => numbers(c, () => c.reply.set(3)),
  map: (c) => {
    c.reply.map(3)
    for (let i = 0; i < 3; i++) {
      c.reply.int(i)
      c.reply.boolean(i === 1)
    }
  },
  push: (c) => numbers(c, () => c.reply.push(3)),
  verbatim: (c) => c.reply.verbatim('txt', 'This is a verbatim\nstring'),
  true: (c) => c.reply.boolean(true),
  false: (c) => c.reply.boolean(false),
  bignum: (c) => c.reply.bigNumber('1234567999999999999999999999999999999'),
  attrib: (c) => {
    // An attribute is about the reply behind it; RESP2 has none.
    if (c.reply.protocol === 3) c.reply.raw('|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n')
    c.reply.bulk('Some real reply following the attribute')
  },
}

function numbers(c: Context, head: () => void): void {
  head()
  for (let i = 0; i < 3; i++) c.reply.int(i)
}

export default command({
  name: 'DEBUG PROTOCOL',
  group: 'server',
  since: '6.0.0',
  summary: 'Replies a value of each kind the protocol knows.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [bytes('kind')],
  reply: anything('a value of that kind'),
  run(c, kind) {
    allowDebug(c)
    const reply = Object.hasOwn(KINDS, kind.toLowerCase()) ? KINDS[kind.toLowerCase()] : undefined
    if (reply === undefined) throw E.debugProtocol
    reply(c)
  },
})
