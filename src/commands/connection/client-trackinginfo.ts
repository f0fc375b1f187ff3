import type { Tracking } from '../../server/tracking.ts'
import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'

export default command({
  name: 'CLIENT TRACKINGINFO',
  group: 'connection',
  since: '6.2.0',
  summary: 'Describes how this connection tracks keys.',
  complexity: 'O(1)',
  flags: 'noscript loading stale',
  args: [],
  reply: map('flags, redirect and prefixes'),
  run({ session, reply }) {
    const { tracking } = session
    const flags = tracking === null ? ['off'] : flagsOf(tracking)
    reply.map(3)
    reply.bulk('flags')
    reply.set(flags.length)
    for (const flag of flags) reply.bulk(flag)
    reply.bulk('redirect')
    reply.int(tracking?.redirect ?? -1)
    reply.bulk('prefixes')
    const prefixes = tracking?.prefixes ?? []
    reply.array(prefixes.length)
    for (const prefix of prefixes) reply.bulk(prefix)
  },
})

function flagsOf({ broadcast, optIn, optOut, caching, noLoop, brokenRedirect }: Tracking): string[] {
  const flags = ['on']
  if (broadcast) flags.push('bcast')
  if (optIn) flags.push('optin')
  if (optIn && caching) flags.push('caching-yes')
  if (optOut) flags.push('optout')
  if (optOut && caching) flags.push('caching-no')
  if (noLoop) flags.push('noloop')
  if (brokenRedirect) flags.push('broken_redirect')
  return flags
}
