import { command } from '../../spec/command.ts'
import { array } from '../../spec/reply-shape.ts'
import { addressOf } from '../../replication/replicas.ts'

export default command({
  name: 'ROLE',
  group: 'server',
  since: '2.8.12',
  summary: 'Tells whether this server is a master or a replica, and of whom.',
  complexity: 'O(1)',
  flags: 'noscript loading stale fast',
  categories: '@admin @dangerous',
  args: [],
  reply: array('master, offset, replicas; or slave, host, port, state, offset'),
  run(c) {
    const { reply } = c
    const { link, offset, replicas } = c.server.replication
    if (link !== null) {
      reply.array(5)
      reply.bulk('slave')
      reply.bulk(link.host)
      reply.int(link.port)
      reply.bulk(link.roleState)
      reply.int(link.isUp ? offset : -1)
      return
    }
    const { online } = replicas
    reply.array(3)
    reply.bulk('master')
    reply.int(offset)
    reply.array(online.length)
    for (const replica of online) {
      const { ip, port } = addressOf(replica)
      reply.array(3)
      reply.bulk(ip)
      reply.bulk(String(port))
      reply.bulk(String(replica.ackOffset))
    }
  },
})
