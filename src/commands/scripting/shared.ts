/** What the commands that run a script or a function have in common. */
import { E } from '../../resp/errors.ts'
import { type AnyArg, type Arg, anyNumberOf, bytes, custom, type KeyAccess, numkeys } from '../../spec/args.ts'
import { type Command, command, type Declaration } from '../../spec/command.ts'
import type { Context } from '../../spec/context.ts'
import { anything } from '../../spec/reply-shape.ts'

/** Those by SHA1 are described without them. */
const NOTES: Partial<Record<KeyAccess, string>> = {
  'RW access update': 'We cannot tell how the keys will be used so we assume the worst, RW and UPDATE',
  'RO access': 'We cannot tell how the keys will be used so we assume the worst, RO and ACCESS',
}

/** Such a command reads its words itself: which error comes first depends on what it runs. */
export function evaluating(
  declaration: Omit<Declaration<[]>, 'args' | 'run'>,
  what: AnyArg,
  access: KeyAccess,
  run: (c: Context, argv: readonly string[]) => void,
): Command {
  const notes = what.name === 'sha1' ? undefined : NOTES[access]
  const made = command({
    ...declaration,
    args: [what, numkeys(access, { none: true, ...(notes !== undefined && { notes }) }), anyNumberOf(bytes('arg'))],
    reply: anything('what the script returns'),
    run: () => {},
  })
  return {
    ...made,
    call: (c, argv) => {
      const { server, session } = c
      // Before what it does.
      if (server.monitors.active) server.monitors.show(session, made, argv, server.nowUs)
      run(c, argv)
    },
  }
}

/** One word or none behind a subcommand; more of them reply as an unknown subcommand does. */
export const wordOrNone = (like: AnyArg): Arg<string | null> =>
  custom<string | null>(like.name, {
    like: [like],
    min: 0,
    read(argv, from) {
      if (argv.length > from + 1) throw E.subcommandSyntax(argv[1], argv[0].toUpperCase())
      return { value: argv[from] ?? null, next: argv.length }
    },
  })
