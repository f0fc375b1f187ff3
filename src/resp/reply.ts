/** How a handler replies: one interface, several sinks. No handler asks for the protocol unless Redis's shapes differ. */
import type { ReplyError } from './errors.ts'

export interface Reply {
  readonly protocol: 2 | 3
  ok(): void
  queued(): void
  /** A line; it must hold no CR or LF. */
  status(text: string): void
  error(error: ReplyError): void
  int(n: number | bigint): void
  bulk(bytes: string): void
  /** A string value in any of its forms, as a bulk. */
  value(value: string | number | { toString(): string }): void
  /** RESP2 `$-1`, RESP3 `_`. */
  null(): void
  /** RESP2 `*-1`, RESP3 `_`. */
  nullArray(): void
  /** RESP2 a bulk of `%.17g`, RESP3 a double. A `text` says how RESP3 spells it, for other digits than those. */
  double(d: number, text?: string): void
  /** RESP2 1 or 0. */
  boolean(b: boolean): void
  /** RESP2 a bulk. */
  bigNumber(digits: string): void
  /** RESP2 a bulk; `format` has three letters. */
  verbatim(format: string, text: string): void
  array(length: number): void
  /** RESP2 an array of twice as many. */
  map(pairs: number): void
  /** RESP2 an array. */
  set(length: number): void
  /** RESP2 an array. */
  push(length: number): void
  /** Begins a collection whose length is not known yet; `close...` ends it once counted. They nest. */
  open(): void
  closeArray(length: number): void
  closeMap(pairs: number): void
  closeSet(length: number): void
  /** Bytes already encoded for this protocol. */
  raw(encoded: string): void
}
