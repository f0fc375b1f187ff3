/**
 * Keyspace notifications: events of keys as messages, on `__keyspace@<db>__:<key>` with the event, and on
 * `__keyevent@<db>__:<event>` with the key. They are made where the data is, so replicas make their own.
 */
import { EVENT_CLASS } from '../config/special.ts'
import type { Database } from '../store/database.ts'
import type { Server } from './server.ts'

/** The class of every event, by the letters of notify-keyspace-events. */
const EVENTS_BY_CLASS: readonly (readonly [keyof typeof EVENT_CLASS, string])[] = [
  ['g', 'del rename_from rename_to move_from move_to copy_to restore expire persist'],
  ['$', 'set setrange incrby incrbyfloat append setbit pfadd'],
  ['l', 'lpush rpush lpop rpop linsert lset lrem ltrim sortstore'],
  ['s', 'sadd srem spop sinterstore sunionstore sdiffstore'],
  ['h', 'hset hincrby hincrbyfloat hdel hexpire hpersist hexpired'],
  [
    'z',
    'zadd zincr zrem zremrangebyscore zremrangebyrank zremrangebylex zpopmin zpopmax zinterstore zunionstore ' +
      'zdiffstore zrangestore geosearchstore georadiusstore',
  ],
  ['t', 'xadd xtrim xdel xsetid xgroup-create xgroup-setid xgroup-destroy xgroup-createconsumer xgroup-delconsumer'],
  ['x', 'expired'],
  ['e', 'evicted'],
  ['n', 'new'],
  ['m', 'keymiss'],
]

const CLASS_OF = new Map<string, number>()
for (const [letter, events] of EVENTS_BY_CLASS) {
  for (const event of events.split(' ')) CLASS_OF.set(event, EVENT_CLASS[letter])
}

const DESTINATIONS = EVENT_CLASS.K | EVENT_CLASS.E

export class Notifications {
  private readonly server: Server
  private classes = 0
  /** Whether any event is told at all: asked before everything else. */
  active = false

  constructor(server: Server) {
    this.server = server
  }

  /** Takes notify-keyspace-events as bits of `EVENT_CLASS`. */
  configure(classes: number): void {
    this.classes = classes
    this.active = (classes & DESTINATIONS) !== 0 && (classes & ~DESTINATIONS) !== 0
    this.server.updateObserving()
  }

  /** An event without a class (one that only WATCH and the like must hear of) is told to nobody. */
  tell(db: Database, key: string, event: string): void {
    const { classes, server } = this
    if ((classes & (CLASS_OF.get(event) ?? 0)) === 0 || server.pubsub.isSilent) return
    if ((classes & EVENT_CLASS.K) !== 0) server.pubsub.publish(`__keyspace@${db.index}__:${key}`, event)
    if ((classes & EVENT_CLASS.E) !== 0) server.pubsub.publish(`__keyevent@${db.index}__:${event}`, key)
  }
}
