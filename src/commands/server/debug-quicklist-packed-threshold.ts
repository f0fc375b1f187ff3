import { ReplyError } from '../../resp/errors.ts'
import { bytes } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'
import { parseMemory } from '../../util/memory-size.ts'
import { allowDebug } from './shared-debug.ts'

const invalid = new ReplyError('ERR argument must be a memory value bigger than 1 and smaller than 4gb')

/**
 * In Redis, big list elements get nodes of their own from this size on. Lists here hold every element by reference
 * whatever its size, so there is no such border to move: the value is checked, and nothing depends on it.
 */
export default command({
  name: 'DEBUG QUICKLIST-PACKED-THRESHOLD',
  group: 'server',
  since: '7.0.0',
  summary: 'Checks a size from which list elements would be kept apart; no element needs that here.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [bytes('size')],
  reply: status('OK'),
  run(c, size) {
    allowDebug(c)
    const threshold = parseMemory(size)
    if (!(threshold >= 0 && threshold < 2 ** 32)) throw invalid
    c.reply.ok()
  },
})
