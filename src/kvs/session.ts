/** `keyper/kvs/session`: sessions on any store of `keyper/kvs`, plain and for express-session. */
export {
  createExpressSessionStore,
  type ExpressSessionData,
  type ExpressSessionModule,
  type ExpressSessionStore,
  type ExpressSessionStoreOptions,
} from './express-session.ts'
export {
  type CreateSessionOptions,
  createSessionStore,
  type Session,
  type SessionStore,
  type SessionStoreOptions,
  SessionTooLargeError,
} from './session-store.ts'
