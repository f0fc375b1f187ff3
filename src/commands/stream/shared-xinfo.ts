import type { Context } from '../../spec/context.ts'
import type { Stream } from '../../types/stream.ts'
import type { Group } from '../../types/stream-group.ts'

/** The two fields about how far a group has read; null where that cannot be known. */
export function replyProgress({ reply }: Context, stream: Stream, group: Group): void {
  reply.bulk('entries-read')
  if (group.entriesRead < 0) reply.null()
  else reply.int(group.entriesRead)
  reply.bulk('lag')
  const lag = stream.lag(group)
  if (lag === null) reply.null()
  else reply.int(lag)
}
