/** A reply that goes nowhere: the master's link, CLIENT REPLY OFF, file loading. */
import type { ReplyError } from '../resp/errors.ts'
import type { Reply } from '../resp/reply.ts'

const nothing = () => {}

export class NullReply implements Reply {
  readonly protocol: 2 | 3

  constructor(protocol: 2 | 3 = 2) {
    this.protocol = protocol
  }

  ok = nothing
  queued = nothing
  status = nothing
  error: (error: ReplyError) => void = nothing
  int = nothing
  bulk = nothing
  value = nothing
  null = nothing
  nullArray = nothing
  double = nothing
  boolean = nothing
  bigNumber = nothing
  verbatim = nothing
  array = nothing
  map = nothing
  set = nothing
  push = nothing
  open = nothing
  closeArray = nothing
  closeMap = nothing
  closeSet = nothing
  raw = nothing
}
