/** What the interfaces of `keyper/kvs` reject with on purpose. Everything else is the client's or the system's. */

/** There is no such key, or it has expired. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
  readonly key: string

  constructor(key: string) {
    super(`No value under ${JSON.stringify(key)}`)
    this.key = key
  }
}

/** The store was closed before, or during, the call. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError'

  constructor() {
    super('The store is closed')
  }
}

/** Others kept changing the same keys for as long as was tried. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'

  constructor(attempts: number) {
    super(`Gave up after ${attempts} attempts: the same keys kept being changed`)
  }
}

/** Neither of the client libraries can be loaded, or the one that was asked for cannot. */
export class ClientLibraryError extends Error {
  override readonly name = 'ClientLibraryError'
}
