import { command } from '../../spec/command.ts'
import { bulk } from '../../spec/reply-shape.ts'
import { type MemoryFigures, memoryFigures } from './shared-memory.ts'

const MB = 1024 * 1024
/** Below this there is nothing to say: the process itself takes more than the data. */
const SMALL = 64 * MB

export default command({
  name: 'MEMORY DOCTOR',
  group: 'server',
  since: '4.0.0',
  summary: 'Reports on the use of memory, and what may be done about it.',
  complexity: 'O(N), N being the number of connections',
  flags: '',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [],
  reply: bulk('a report for people'),
  run({ server, reply }) {
    reply.verbatim('txt', report(memoryFigures(server)))
  },
})

function report(m: MemoryFigures): string {
  if (m.used < SMALL) return `All is well: ${megabytes(m.used)} are in use, too little to say more.\n`
  const findings: string[] = []
  if (m.peak > m.used * 1.5) {
    findings.push(
      `At its peak the data took ${megabytes(m.peak)}, now ${megabytes(m.used)}. The system may get the difference back late, or never.`,
    )
  }
  if (m.resident > m.used * 1.6 && m.resident - m.used > SMALL) {
    findings.push(
      `The process holds ${megabytes(m.resident)} for ${megabytes(m.used)} of objects. MEMORY PURGE collects garbage at once.`,
    )
  }
  if (m.largestClient > 8 * MB) {
    findings.push(
      `A client has ${megabytes(m.largestClient)} waiting for it: it reads too slowly, or asks for too much at once. CLIENT LIST shows it by tot-mem.`,
    )
  }
  if (m.replicas > 64 * MB) {
    findings.push(`Replicas have ${megabytes(m.replicas)} waiting for them: the link, or their disks, are too slow.`)
  }
  if (findings.length === 0) return `All is well: ${megabytes(m.used)} are in use.\n`
  return `${findings.map((finding) => `* ${finding}\n`).join('\n')}`
}

const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`
