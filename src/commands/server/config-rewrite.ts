import { E, ReplyError } from '../../resp/errors.ts'
import { command } from '../../spec/command.ts'
import { status } from '../../spec/reply-shape.ts'

export default command({
  name: 'CONFIG REWRITE',
  group: 'server',
  since: '2.8.0',
  summary: 'Writes the configuration in force to the configuration file, keeping its comments and order.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [],
  reply: status('OK'),
  run(c) {
    const { server } = c
    if (server.configFile === null) throw E.noConfigFile
    const error = server.config.rewrite(server.configFile, [{ name: 'user', aliases: [], ...server.acl.configLines() }])
    if (error !== null) {
      server.log.warning(`CONFIG REWRITE failed: ${error}`)
      throw new ReplyError(`ERR Rewriting config file: ${error}`)
    }
    server.log.notice('CONFIG REWRITE executed with success.')
    c.reply.ok()
  },
})
