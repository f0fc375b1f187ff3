/**
 * The cluster commands. This server runs alone: as Redis does without `cluster-enabled`, it knows the commands, so that
 * clients and tools learn what they may expect, and refuses each with the same error.
 */
import { E } from '../../resp/errors.ts'
import { type AnyArg, custom } from '../../spec/args.ts'
import { type Command, command, type Declaration } from '../../spec/command.ts'
import { anything } from '../../spec/reply-shape.ts'

interface ClusterDeclaration extends Pick<Declaration<[]>, 'name' | 'since' | 'summary' | 'history' | 'tips'> {
  readonly flags: string
  readonly arity: number
  readonly args?: readonly AnyArg[]
  readonly categories?: string
  readonly deprecatedSince?: string
  readonly replacedBy?: string
}

/** A command that is known and refused. Its arguments are described but not read. */
export function clusterCommand({ args = [], ...declaration }: ClusterDeclaration): Command {
  const unread = custom<null>('arguments', {
    like: args,
    min: 0,
    read: (argv) => ({ value: null, next: argv.length }),
  })
  return command({
    ...declaration,
    group: 'cluster',
    complexity: 'O(1)',
    args: args.length === 0 ? [] : [unread],
    reply: anything('an error: there is no cluster'),
    run() {
      throw E.clusterDisabled
    },
  })
}
