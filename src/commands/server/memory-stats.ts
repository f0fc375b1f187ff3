import { command } from '../../spec/command.ts'
import { map } from '../../spec/reply-shape.ts'
import { memoryFigures } from './shared-memory.ts'

export default command({
  name: 'MEMORY STATS',
  group: 'server',
  since: '4.0.0',
  summary: 'Tells where the memory is.',
  complexity: 'O(N), N being the number of connections',
  flags: '',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [],
  reply: map('bytes, counts and ratios by name'),
  run({ server, reply }) {
    const m = memoryFigures(server)
    const int = (name: string, n: number) => {
      reply.bulk(name)
      reply.int(Math.round(n))
    }
    const double = (name: string, n: number) => {
      reply.bulk(name)
      reply.double(n)
    }
    const grown = Math.max(0, m.used - m.startup)
    reply.map(27 + m.databases.length)
    int('peak.allocated', m.peak)
    int('total.allocated', m.used)
    int('startup.allocated', m.startup)
    int('replication.backlog', m.backlog)
    int('clients.slaves', m.replicas)
    int('clients.normal', m.clients)
    int('cluster.links', 0)
    int('aof.buffer', 0)
    int('lua.caches', 0)
    int('functions.caches', 0)
    for (const { index, keys, deadlines } of m.databases) {
      reply.bulk(`db.${index}`)
      reply.map(3)
      int('overhead.hashtable.main', keys)
      int('overhead.hashtable.expires', deadlines)
      int('overhead.hashtable.slot-to-keys', 0)
    }
    int('overhead.total', m.overhead)
    int('keys.count', m.keyCount)
    int('keys.bytes-per-key', m.keyCount === 0 ? 0 : Math.floor(grown / m.keyCount))
    int('dataset.bytes', m.dataset)
    double('dataset.percentage', grown === 0 ? 0 : Math.min(100, (m.dataset * 100) / grown))
    double('peak.percentage', (m.used * 100) / m.peak)
    int('allocator.allocated', m.used)
    int('allocator.active', m.active)
    int('allocator.resident', m.resident)
    double('allocator-fragmentation.ratio', m.active / m.used)
    int('allocator-fragmentation.bytes', m.active - m.used)
    double('allocator-rss.ratio', m.resident / m.active)
    int('allocator-rss.bytes', m.resident - m.active)
    double('rss-overhead.ratio', 1)
    int('rss-overhead.bytes', 0)
    double('fragmentation', m.resident / m.used)
    int('fragmentation.bytes', m.resident - m.used)
  },
})
