import { E } from '../../resp/errors.ts'
import { int, key, named, options } from '../../spec/args.ts'
import { command } from '../../spec/command.ts'
import { integer } from '../../spec/reply-shape.ts'
import { memoryOf } from '../../types/memory.ts'

const DEFAULT_SAMPLES = 5

export default command({
  name: 'MEMORY USAGE',
  group: 'server',
  since: '4.0.0',
  summary: 'Estimates the bytes that a key and its value take.',
  complexity: 'O(N), N being the number of samples.',
  flags: 'readonly',
  args: [key('key', 'RO'), options({ samples: named('SAMPLES', int('count')) })],
  reply: integer('bytes, or null when the key does not exist'),
  run(c, key, { samples }) {
    if (samples !== null && samples < 0) throw E.syntax
    const value = c.db.peek(key)
    if (value === undefined) c.reply.null()
    else c.reply.int(memoryOf(key, value, samples ?? DEFAULT_SAMPLES))
  },
})
