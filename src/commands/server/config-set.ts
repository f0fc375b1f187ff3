import { E, ReplyError } from '../../resp/errors.ts'
import { bytes, many, unevenReplies } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CONFIG SET',
  group: 'server',
  since: '2.0.0',
  summary: 'Changes directives while the server runs: all of them, or on an error none.',
  complexity: 'O(N), N being the number of directives given',
  flags: 'admin noscript loading stale',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [unevenReplies(many(bytes('parameter'), bytes('value')), E.syntax)],
  secret: secretValues,
  reply: status('OK'),
  history: [['7.0.0', 'Takes several parameters.']],
  run(c, [names, values]) {
    const peer = c.session.connection?.peer
    const local = peer === undefined || isLocal(peer)
    const error = c.server.config.set(
      names.map((name, i) => [name, values[i]] as const),
      { local },
    )
    if (error !== null) throw new ReplyError(error)
    c.reply.ok()
  },
})

const SECRETS = new Set(['requirepass', 'masterauth', 'masteruser', 'tls-key-file-pass', 'tls-client-key-file-pass'])

function secretValues(argv: readonly string[]): number[] {
  return [...argv.keys()].filter((i) => i > 2 && i % 2 === 1 && SECRETS.has(argv[i - 1].toLowerCase()))
}

/** Over the loopback interface or a unix socket. */
function isLocal(peer: string): boolean {
  return peer.startsWith('127.') || peer.startsWith('[::1]') || peer.startsWith('/') || !/:[1-9]\d*$/.test(peer)
}
