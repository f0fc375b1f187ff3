import { E } from '../../resp/errors.ts'
import type { CommandDirectory } from '../../security/command-directory.ts'
import { deniedBy } from '../../security/permission.ts'
import { anyNumberOf, bytes, likened, many, optional } from '../../spec/args.ts'
import { type Command, command } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

export default command({
  name: 'ACL DRYRUN',
  group: 'server',
  since: '7.0.0',
  summary: 'Tells whether a user may make a request, without making it.',
  complexity: 'O(1)',
  flags: 'admin noscript loading stale',
  args: [bytes('username'), bytes('command'), likened(anyNumberOf(bytes('arg')), optional(many(bytes('arg'))))],
  reply: anything('OK, or as a bulk why not'),
  run({ server, reply }, name, commandName, args) {
    const user = server.acl.find(name)
    if (user === undefined) throw E.aclUnknownUser(name)
    const argv = [commandName, ...args]
    const command = lookUp(server.acl.directory, argv)
    if (command === undefined) throw E.aclUnknownCommand(commandName)
    const { arity } = command
    if (arity > 0 ? argv.length !== arity : argv.length < -arity) throw command.wrongArity
    const denial = deniedBy(user, command, argv)
    if (denial === null) return reply.ok()
    const { reason, index } = denial
    reply.bulk(
      reason === 'command'
        ? `This user has no permissions to run the '${command.name}' command`
        : `This user has no permissions to access the '${argv[index]}' ${reason}`,
    )
  },
})

/** The command of a request; of a container whose subcommand is not known, none. */
function lookUp(directory: CommandDirectory, argv: readonly string[]): Command | undefined {
  const command = directory.find(argv[0])
  if (command === undefined || argv[0].includes('|')) return undefined
  return !directory.isContainer(command) || argv.length === 1 ? command : directory.find(`${argv[0]}|${argv[1]}`)
}
