/**
 * Replies that wait until what they acknowledge is in the file.
 *
 * Everything a client could learn of data that is not yet safe is held, not only the replies to writes: so no client
 * ever saw what a crash could take back. The queue is in order of the offsets waited for, so releasing it is taking
 * from its front, and each client's replies keep their order.
 */
import type { Session } from '../server/session.ts'

interface Held {
  readonly session: Session
  readonly until: number
  readonly parts: readonly string[]
  readonly bytes: number
  /** The connection ends behind it. */
  readonly last: boolean
}

export class HeldReplies {
  private queue: Held[] = []
  private front = 0

  get isEmpty(): boolean {
    return this.front === this.queue.length
  }

  /** Takes what is pending for a client until the file has all up to an offset, which never goes down. */
  hold(session: Session, until: number): void {
    const { output } = session
    const bytes = output.length
    const parts = output.isEmpty ? [] : output.take()
    session.heldReplies++
    session.heldBytes += bytes
    this.queue.push({ session, until, parts, bytes, last: session.closing })
  }

  /** Sends what waits for offsets up to this one. */
  release(upTo: number): void {
    const { queue } = this
    while (this.front < queue.length && queue[this.front].until <= upTo) this.send(queue[this.front++])
    if (this.front === queue.length) {
      if (this.front > 0) this.queue = []
      this.front = 0
    } else if (this.front > 1024 && this.front * 2 > queue.length) {
      this.queue = queue.slice(this.front)
      this.front = 0
    }
  }

  /** Sends what waits for one client at once. */
  releaseOf(session: Session): void {
    const waiting = this.queue.slice(this.front)
    this.front = 0
    this.queue = waiting.filter((held) => held.session !== session)
    for (const held of waiting) if (held.session === session) this.send(held)
  }

  private send({ session, parts, bytes, last }: Held): void {
    session.heldReplies--
    session.heldBytes -= bytes
    if (!session.closed) session.send(parts, bytes, last)
  }
}
