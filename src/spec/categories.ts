/** ACL categories of commands: ACL rules and COMMAND INFO ask for them. */
import type { Command } from './command.ts'
import { Flag } from './flags.ts'

const GROUP_CATEGORY: Readonly<Record<string, string>> = {
  generic: '@keyspace',
  string: '@string',
  list: '@list',
  set: '@set',
  'sorted-set': '@sortedset',
  hash: '@hash',
  pubsub: '@pubsub',
  transactions: '@transaction',
  connection: '@connection',
  scripting: '@scripting',
  hyperloglog: '@hyperloglog',
  geo: '@geo',
  stream: '@stream',
  bitmap: '@bitmap',
}

/** In Redis's order. */
export const CATEGORIES: readonly string[] = [
  '@keyspace', '@read', '@write', '@set', '@sortedset', '@list', '@hash', '@string', '@bitmap', '@hyperloglog', '@geo',
  '@stream', '@pubsub', '@admin', '@fast', '@slow', '@blocking', '@dangerous', '@connection', '@transaction',
  '@scripting',
] // biome-ignore format: one table

/** ACL categories: those that follow from flags and group, and those declared; one declared with `-` is left out. */
export function aclCategories(command: Command): string[] {
  const { flags, declaration } = command
  const found = new Set<string>()
  if ((flags & Flag.write) !== 0) found.add('@write')
  if ((flags & Flag.readonly) !== 0 && declaration.group !== 'scripting') found.add('@read')
  const group = command.subcommands === null ? GROUP_CATEGORY[declaration.group] : undefined
  if (group !== undefined) found.add(group)
  if ((flags & Flag.admin) !== 0) found.add('@admin').add('@dangerous')
  if ((flags & Flag.pubsub) !== 0) found.add('@pubsub')
  if ((flags & Flag.fast) !== 0) found.add('@fast')
  else found.add('@slow')
  if ((flags & Flag.blocking) !== 0) found.add('@blocking')
  for (const category of declaration.categories?.split(' ') ?? []) {
    if (category.startsWith('-')) found.delete(category.slice(1))
    else found.add(category)
  }
  return CATEGORIES.filter((category) => found.has(category))
}
