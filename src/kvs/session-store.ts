/**
 * Sessions: data under an unguessable id, that end when they are not used, when they are too old, when their user has
 * too many, or when they are told to.
 *
 * Each session is one value, whose time to live is what is left of its idle time-out or of its age, whichever is less.
 * Each user has an index, a list of ids; it changes in one step with the sessions it names, so neither two logins at
 * once nor a process that dies leaves a session out of it.
 */
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../util/clock.ts'
import { spaceOf, type Write } from './backend.ts'
import { NotFoundError } from './errors.ts'
import { fromJson, toJson } from './json.ts'
import { type CallOptions, checkKey, checkTtl, orAborted, type Store } from './store.ts'

export interface SessionStoreOptions {
  readonly store: Store
  /** Comes before every key. Default `sess:`. */
  readonly prefix?: string | undefined
  /** Bytes of JSON that one session may hold. Default 65536. */
  readonly maxSize?: number | undefined
  /** Ms without use after which a session ends; 0 for never. Default half an hour. */
  readonly idleTimeoutMs?: number | undefined
  /** Ms from its creation after which a session ends, used or not; 0 for never. Default a day. */
  readonly absoluteTimeoutMs?: number | undefined
  /** Sessions one user may have; a further one ends the oldest. 0 for any number. Default 0. */
  readonly maxSessionsPerUser?: number | undefined
  /** Tells the age of sessions, for tests. Default: the system's clock. */
  readonly clock?: Clock | undefined
}

export interface Session<T> {
  readonly id: string
  readonly userId: string | null
  readonly data: T
  /** Unix ms. */
  readonly createdAt: number
}

export interface SetSessionOptions extends CallOptions {
  /** Whose session it is from now on. Default: as before, or nobody's. */
  readonly userId?: string | undefined
  /** An idle time-out of its own, in ms above 0, where that is shorter than the store's. Default: as before. */
  readonly idleTimeoutMs?: number | undefined
}

export interface CreateSessionOptions extends SetSessionOptions {
  /** Default: 256 random bits, fit for a cookie. Must not be guessable. */
  readonly id?: string | undefined
}

/** Every call rejects with a NotFoundError when there is no such session (any more), unless it says otherwise. */
export interface SessionStore<T> {
  /** Starts a session. Rejects with a SessionTooLargeError. */
  create(data: T, options?: CreateSessionOptions): Promise<Session<T>>
  /** Reads a session; this counts as use. */
  get(id: string, options?: CallOptions): Promise<Session<T>>
  /** Replaces the data; this counts as use. Rejects with a SessionTooLargeError. Never revives a session. */
  set(id: string, data: T, options?: SetSessionOptions): Promise<void>
  /** Counts as use, and does nothing else. */
  touch(id: string, options?: CallOptions): Promise<void>
  /** Moves a session to a new id, as after a login, and ends the old one. Its age stays. May name its user. */
  rotate(id: string, options?: CreateSessionOptions): Promise<Session<T>>
  /** Ends a session; succeeds as well when there is none. */
  destroy(id: string, options?: CallOptions): Promise<void>
  /** The sessions of a user, oldest first. */
  listUser(userId: string, options?: CallOptions): Promise<Session<T>[]>
  /** Ends all sessions of a user; how many there were. */
  destroyUser(userId: string, options?: CallOptions): Promise<number>
}

/** The data is larger than the store takes; it was not stored. */
export class SessionTooLargeError extends Error {
  override readonly name = 'SessionTooLargeError'

  constructor(size: number, maxSize: number) {
    super(`The session would have ${size} bytes, more than the ${maxSize} that are allowed`)
  }
}

interface Stored<T> {
  readonly user: string | null
  readonly created: number
  /** Its own idle time-out. */
  readonly idle?: number | undefined
  readonly data: T
}

/** The index changed between looking at it and writing it. */
const STALE = Symbol('stale')

export function createSessionStore<T = unknown>(options: SessionStoreOptions): SessionStore<T> {
  const {
    prefix = 'sess:',
    maxSize = 65_536,
    idleTimeoutMs = 1_800_000,
    absoluteTimeoutMs = 86_400_000,
    maxSessionsPerUser = 0,
    clock = systemClock,
  } = options
  const space = spaceOf(options.store)
  const { backend } = space
  checkKey(prefix, 'prefix')
  checkTtl(idleTimeoutMs, 'idleTimeoutMs')
  checkTtl(absoluteTimeoutMs, 'absoluteTimeoutMs')
  checkTtl(maxSize, 'maxSize')
  checkTtl(maxSessionsPerUser, 'maxSessionsPerUser')
  const sessionKey = (id: string) => `${space.prefix}${prefix}id:${id}`
  const userKey = (userId: string) => `${space.prefix}${prefix}user:${userId}`

  /** Ms a session may live on without use, 0 for ever; null when it is too old already. */
  const timeLeft = ({ created, idle }: Stored<T>): number | null => {
    const limits = [idleTimeoutMs, idle ?? 0]
    if (absoluteTimeoutMs !== 0) {
      const left = created + absoluteTimeoutMs - clock.now()
      if (left <= 0) return null
      limits.push(left)
    }
    const real = limits.filter((limit) => limit > 0)
    return real.length === 0 ? 0 : Math.min(...real)
  }

  const read = (bytes: Uint8Array | null | undefined): Stored<T> | null => {
    if (bytes === null || bytes === undefined) return null
    const stored = fromJson<Stored<T>>(bytes)
    return timeLeft(stored) === null ? null : stored
  }

  const writeOf = (id: string, stored: Stored<T>): Write => {
    const value = toJson(stored, 'data')
    const size = toJson(stored.data, 'data').length
    if (size > maxSize) throw new SessionTooLargeError(size, maxSize)
    return { key: sessionKey(id), value, ttlMs: timeLeft(stored) ?? 1 }
  }

  const visible = (id: string, { user, created, data }: Stored<T>): Session<T> => ({
    id,
    userId: user,
    data,
    createdAt: created,
  })

  const indexWrite = (userId: string, ids: readonly string[]): Write => ({
    key: userKey(userId),
    value: ids.length === 0 ? null : toJson(ids),
    // No session of the index can be older than this when it is written.
    ttlMs: absoluteTimeoutMs,
  })

  /**
   * Changes a user's sessions in one step. `plan` gets those that are alive, oldest first, and the values of the
   * further keys; it returns the ids that remain, and what else to write.
   */
  const updateUser = async <R>(
    userId: string | null,
    furtherKeys: readonly string[],
    plan: (
      alive: Map<string, Stored<T>>,
      values: (Uint8Array | null)[],
    ) => { readonly ids: readonly string[]; readonly writes: readonly Write[]; readonly result: R },
  ): Promise<R> => {
    if (userId === null) {
      return backend.update(furtherKeys, (values) => plan(new Map(), values))
    }
    for (;;) {
      const [seen] = await backend.get([userKey(userId)])
      const ids = seen === null ? [] : fromJson<string[]>(seen)
      const keys = [userKey(userId), ...ids.map(sessionKey), ...furtherKeys]
      const result = await backend.update<R | typeof STALE>(keys, ([index, ...values]) => {
        if (!sameBytes(index, seen)) return { writes: [], result: STALE }
        const found = ids.map((id, i) => [id, read(values[i])] as const)
        const alive = new Map(oldestFirst(found, userId))
        const planned = plan(alive, values.slice(ids.length))
        return { writes: [...planned.writes, indexWrite(userId, planned.ids)], result: planned.result }
      })
      if (result !== STALE) return result
    }
  }

  /** The ids that a user keeps when one more comes, and the deletion of those that give way. */
  const makeRoom = (alive: ReadonlyMap<string, Stored<T>>, id: string) => {
    const others = [...alive.keys()].filter((other) => other !== id)
    const excess = maxSessionsPerUser === 0 ? 0 : Math.max(0, others.length + 1 - maxSessionsPerUser)
    const evicted = others.slice(0, excess)
    return { ids: [...others.slice(excess), id], evictions: evicted.map((other) => deletion(sessionKey(other))) }
  }

  const lookUp = async (id: string): Promise<Stored<T>> => {
    const [bytes] = await backend.get([sessionKey(id)])
    const stored = read(bytes)
    if (stored === null) throw new NotFoundError(id)
    return stored
  }

  const use = async (id: string): Promise<Stored<T>> => {
    const stored = await lookUp(id)
    await backend.expire(sessionKey(id), timeLeft(stored) ?? 1)
    return stored
  }

  const run = async <R>(call: () => Promise<R>, { signal }: CallOptions = {}): Promise<R> => {
    space.check()
    signal?.throwIfAborted()
    return orAborted(call(), signal)
  }

  const checkSetting = ({ userId, idleTimeoutMs: idle }: SetSessionOptions): void => {
    if (userId !== undefined) checkKey(userId, 'userId')
    if (idle === undefined) return
    checkTtl(idle, 'idleTimeoutMs')
    if (idle === 0) throw new RangeError('idleTimeoutMs of one session must be above 0')
  }

  const newId = (options: CreateSessionOptions): string => {
    checkSetting(options)
    if (options.id !== undefined) checkKey(options.id, 'id')
    return options.id ?? randomBytes(32).toString('base64url')
  }

  return {
    create: (data, options = {}) =>
      run(async () => {
        const id = newId(options)
        const { userId: user = null, idleTimeoutMs: idle } = options
        const stored: Stored<T> = { user, created: clock.now(), idle, data }
        const write = writeOf(id, stored)
        await updateUser(stored.user, [], (alive) => {
          const { ids, evictions } = makeRoom(alive, id)
          return { ids, writes: [...evictions, write], result: null }
        })
        return visible(id, stored)
      }, options),

    get: (id, options) => run(async () => visible(id, await use(id)), options),

    set: (id, data, options = {}) =>
      run(async () => {
        checkSetting(options)
        const renewed = (bytes: Uint8Array | null): Stored<T> => {
          const stored = read(bytes)
          if (stored === null) throw new NotFoundError(id)
          const { userId: user = stored.user, idleTimeoutMs: idle = stored.idle } = options
          return { ...stored, user, idle, data }
        }
        if (options.userId === undefined) {
          const plan = ([bytes]: (Uint8Array | null)[]) => ({
            writes: [writeOf(id, renewed(bytes))],
            result: undefined,
          })
          return backend.update([sessionKey(id)], plan)
        }
        await updateUser(options.userId, [sessionKey(id)], (alive, [bytes]) => {
          const write = writeOf(id, renewed(bytes))
          if (alive.has(id)) return { ids: [...alive.keys()], writes: [write], result: undefined }
          const { ids, evictions } = makeRoom(alive, id)
          return { ids, writes: [...evictions, write], result: undefined }
        })
      }, options),

    touch: (id, options) =>
      run(async () => {
        await use(id)
      }, options),

    rotate: (id, options = {}) =>
      run(async () => {
        const next = newId(options)
        for (;;) {
          const before = await lookUp(id)
          const user = options.userId ?? before.user
          const moved = await updateUser(user, [sessionKey(id)], (alive, [bytes]) => {
            const current = read(bytes)
            if (current === null) throw new NotFoundError(id)
            // It was given to somebody else meanwhile, whose index this is not.
            if (options.userId === undefined && current.user !== user) {
              return { ids: [...alive.keys()], writes: [], result: null }
            }
            const stored = { ...current, user, idle: options.idleTimeoutMs ?? current.idle }
            const others = new Map([...alive].filter(([other]) => other !== id))
            const { ids, evictions } = makeRoom(others, next)
            const writes = [...evictions, deletion(sessionKey(id)), writeOf(next, stored)]
            return { ids, writes, result: stored }
          })
          if (moved !== null) return visible(next, moved)
        }
      }, options),

    destroy: (id, options) =>
      run(async () => {
        const [bytes] = await backend.get([sessionKey(id)])
        const user = bytes === null ? null : fromJson<Stored<T>>(bytes).user
        await updateUser(user, [], (alive) => ({
          ids: [...alive.keys()].filter((other) => other !== id),
          writes: [deletion(sessionKey(id))],
          result: undefined,
        }))
      }, options),

    listUser: (userId, options) =>
      run(async () => {
        checkKey(userId, 'userId')
        const [index] = await backend.get([userKey(userId)])
        if (index === null) return []
        const ids = fromJson<string[]>(index)
        const values = await backend.get(ids.map(sessionKey))
        const found = ids.map((id, i) => [id, read(values[i])] as const)
        return oldestFirst(found, userId).map(([id, stored]) => visible(id, stored))
      }, options),

    destroyUser: (userId, options) =>
      run(() => {
        checkKey(userId, 'userId')
        return updateUser(userId, [], (alive) => ({
          ids: [],
          writes: [...alive.keys()].map((id) => deletion(sessionKey(id))),
          result: alive.size,
        }))
      }, options),
  }
}

/** Those that are alive and have not moved on to another user. */
function oldestFirst<T>(
  found: readonly (readonly [string, Stored<T> | null])[],
  userId: string,
): (readonly [string, Stored<T>])[] {
  return found
    .filter((pair): pair is readonly [string, Stored<T>] => pair[1]?.user === userId)
    .sort(([, a], [, b]) => a.created - b.created)
}

function deletion(key: string): Write {
  return { key, value: null, ttlMs: 0 }
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0
}
