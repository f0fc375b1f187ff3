import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'

export default command({
  name: 'MEMORY MALLOC-STATS',
  group: 'server',
  since: '4.0.0',
  summary: 'Describes the heap, as V8 tells it.',
  complexity: 'O(1)',
  flags: '',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [],
  reply: bulk('a table for people'),
  run(c) {
    c.reply.verbatim('txt', heapTable())
  },
})

const WIDTHS = [26, 14, 14, 14, 14]
const row = (cells: readonly (string | number)[]) =>
  `${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(WIDTHS[0]) : String(cell).padStart(WIDTHS[i]))).join('')}\n`

function heapTable(): string {
  let text = row(['space', 'size', 'used', 'available', 'physical'])
  for (const space of getHeapSpaceStatistics()) {
    const { space_name, space_size, space_used_size, space_available_size, physical_space_size } = space
    text += row([space_name, space_size, space_used_size, space_available_size, physical_space_size])
  }
  text += '\n'
  for (const [name, bytes] of Object.entries(getHeapStatistics())) text += row([name, bytes])
  return text
}
