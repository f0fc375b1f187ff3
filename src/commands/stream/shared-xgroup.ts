/** What the subcommands of XGROUP share: options and the order in which they refuse. */
import { E } from '../../resp/errors.ts'
import type { Context } from '../../spec/context.ts'
import type { Stream } from '../../types/stream.ts'
import type { Group } from '../../types/stream-group.ts'
import { parseInteger } from '../../util/numbers.ts'

export interface GroupOptions {
  readonly makeStream: boolean
  /** -1 when it is not known. */
  readonly entriesRead: number
  /** The error for more options than can be; it comes behind those about the key. */
  readonly tooMany: boolean
  /** The subcommand as the client spelled it. */
  readonly spelled: string
}

/** `[MKSTREAM] [ENTRIESREAD entries-read]`, at most `most` words. */
export function readGroupOptions(argv: readonly string[], from: number, most: number, mkstream: boolean): GroupOptions {
  let makeStream = false
  let entriesRead = -1
  const spelled = argv[1]
  for (let i = from; i < argv.length; i++) {
    const word = argv[i].toUpperCase()
    if (mkstream && word === 'MKSTREAM') makeStream = true
    else if (word === 'ENTRIESREAD' && i + 1 < argv.length) {
      entriesRead = parseInteger(argv[++i])
      if (entriesRead !== entriesRead) throw E.notInteger
      if (entriesRead < -1) throw E.streamEntriesRead
    } else throw E.subcommandSyntax(spelled, 'XGROUP')
  }
  return { makeStream, entriesRead, tooMany: argv.length - from > most, spelled }
}

/** The stream of an XGROUP subcommand, for changing. */
export function streamOfGroup(c: Context, key: string): Stream {
  const stream = c.db.streams.edit(key)
  if (stream === undefined) throw E.streamGroupNeedsKey
  return stream
}

/** The group of an XGROUP subcommand that needs one. */
export function groupOf(c: Context, key: string, name: string): { stream: Stream; group: Group } {
  const stream = streamOfGroup(c, key)
  const group = stream.groups?.get(name)
  if (group === undefined) throw E.streamNoGroupForKey(name, key)
  return { stream, group }
}
