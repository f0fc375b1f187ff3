import { restoredFunctions } from '../../rdb/functions.ts'
import { E } from '../../resp/errors.ts'
import { bytes, oneOf } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { wordOrNone } from './shared.ts'

const POLICIES = new Map([
  ['FLUSH', 'flush'],
  ['APPEND', 'append'],
  ['REPLACE', 'replace'],
] as const)

export default command({
  name: 'FUNCTION RESTORE',
  group: 'scripting',
  since: '7.0.0',
  summary: 'Loads the function libraries of a FUNCTION DUMP.',
  complexity: 'O(N), N being the number of libraries in the payload.',
  flags: 'write denyoom noscript',
  categories: '@scripting',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [
    bytes('serialized-value'),
    wordOrNone(oneOf('policy', { flush: 'FLUSH', append: 'APPEND', replace: 'REPLACE' })),
  ],
  reply: status('OK'),
  run(c, payload, word) {
    const policy = POLICIES.get((word ?? 'APPEND').toUpperCase() as 'FLUSH')
    if (policy === undefined) throw E.functionRestorePolicy
    c.server.scripting.libraries.restore(restoredFunctions(payload), policy)
    c.store.dirty++
    c.reply.ok()
  },
})
