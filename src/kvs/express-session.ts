/** The store that `express-session` asks for, on the sessions of `session-store.ts`. */
import { NotFoundError } from './errors.ts'
import { createSessionStore, type SessionStoreOptions } from './session-store.ts'

/** Marks the sessions that came from the store, with their age: `req.session` has it, what is stored has not. */
const CREATED = 'sessionCreatedAt'

/** What `express-session` hands to its stores, and what is used of it. */
export interface ExpressSessionData {
  [CREATED]?: number
  cookie: { expires?: Date | string | null | undefined; originalMaxAge?: number | null | undefined }
}

type Done<R = void> = (error?: unknown, result?: R) => void

/** What `express-session` expects of a store besides what its own base class brings. */
export interface ExpressSessionStore {
  get(id: string, done: Done<any>): void
  set(id: string, session: any, done?: Done): void
  touch(id: string, session: any, done?: Done): void
  destroy(id: string, done?: Done): void
}

/** `session` of `import session from 'express-session'`. */
export interface ExpressSessionModule<Base extends object> {
  readonly Store: new () => Base
}

export interface ExpressSessionStoreOptions extends SessionStoreOptions {
  /** Whose session it is, once that is known: for `maxSessionsPerUser`. Default: nobody's. */
  readonly userOf?: ((session: any) => string | null | undefined) | undefined
}

/**
 * A store for `session({ store })`. Time-outs, sizes and limits per user are those of the options; a cookie's `maxAge`
 * is an idle time-out too, where it is shorter. Errors reach the callbacks of express-session.
 */
export function createExpressSessionStore<Base extends object>(
  session: ExpressSessionModule<Base>,
  options: ExpressSessionStoreOptions,
): Base & ExpressSessionStore {
  const sessions = createSessionStore<ExpressSessionData>(options)

  const save = async (id: string, { [CREATED]: created, ...data }: ExpressSessionData): Promise<void> => {
    const maxAge = data.cookie.originalMaxAge
    const idleTimeoutMs = typeof maxAge === 'number' && maxAge > 0 ? Math.ceil(maxAge) : undefined
    const settings = { userId: options.userOf?.(data) ?? undefined, idleTimeoutMs }
    try {
      await sessions.set(id, data, settings)
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
      // What was read from here and is gone has ended; a request that was still running must not bring it back.
      if (created === undefined) await sessions.create(data, { id, ...settings })
    }
  }

  const settle = <R>(promise: Promise<R>, done: Done<R> | undefined): void => {
    promise.then(
      (result) => done?.(null, result),
      (error) => done?.(error),
    )
  }

  const methods: ExpressSessionStore = {
    get(id, done) {
      const found = sessions.get(id).then(
        ({ data, createdAt }) => ({ ...data, [CREATED]: createdAt }),
        (error) => {
          // express-session takes "none" for an answer, and then starts a new one.
          if (error instanceof NotFoundError) return null
          throw error
        },
      )
      settle(found, done)
    },
    set(id, data, done) {
      settle(save(id, data), done)
    },
    touch(id, _data, done) {
      const touched = sessions.touch(id).catch((error) => {
        if (!(error instanceof NotFoundError)) throw error
      })
      settle(touched, done)
    },
    destroy(id, done) {
      settle(sessions.destroy(id), done)
    },
  }
  return Object.assign(new session.Store(), methods)
}
