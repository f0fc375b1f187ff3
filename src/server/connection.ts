/** What a session needs of its transport, whichever it is: TCP, TLS, a unix socket, or a pair of queues in memory. */
export interface Connection {
  /** `ip:port` of the peer, or the path of the unix socket with `:0`. */
  readonly peer: string
  /** `ip:port` on our side, or the path of the unix socket with `:0`. */
  readonly local: string
  /** The file descriptor when the transport has one, else -1; for CLIENT LIST. */
  readonly fd: number
  /** Bytes handed to the transport that the peer has not taken yet. */
  readonly unsentBytes: number
  /** Bytes received but not yet executed. */
  readonly unreadBytes: number
  /** Hands bytes over; latin1 strings, one char a byte. */
  write(parts: readonly (string | Uint8Array)[]): void
  /** Calls `fn` once, when the peer has taken what was written or at once when it has; not after the end. */
  whenDrained?(fn: () => void): void
  /** Turns Nagle's algorithm off or on, where the transport has one. */
  setNoDelay?(on: boolean): void
  /** Takes the input that is there already, while code runs that lets no events in; not every transport can. */
  poll?(): void
  /** Goes on with input that was held back while the session was suspended. */
  resume(): void
  /** Sends what was written, then closes. */
  end(): void
  /** Closes at once. */
  destroy(): void
}
