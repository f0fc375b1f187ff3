/** What a replica and a reloaded dump hold, compared with the server they come from. */
import { Config } from '../../src/config/config.ts'
import { silentLogger } from '../../src/logging/logger.ts'
import { RdbLoader } from '../../src/rdb/load.ts'
import { RdbWriter } from '../../src/rdb/writer.ts'
import { NullReply } from '../../src/server/null-reply.ts'
import { Server } from '../../src/server/server.ts'
import type { Session } from '../../src/server/session.ts'
import { Restriction } from '../../src/spec/restrictions.ts'
import { storeDigest } from '../../src/store/digest.ts'
import { Snapshot } from '../../src/store/snapshot.ts'
import { Store } from '../../src/store/store.ts'
import { seededRandom } from '../../src/util/random.ts'
import { compareStores } from './compare-stores.ts'

export class Mirrors {
  private readonly server: Server
  /** A replica without a network: it applies the stream of effects. */
  private readonly replica: Server
  private readonly session: Session
  private readonly errors: string[] = []

  constructor(server: Server) {
    this.server = server
    const { clock } = server.store
    const config = new Config()
    config.load('databases', String(server.config.databases))
    const commands = [...server.table.each()]
    this.replica = new Server({ config, log: silentLogger, clock, random: seededRandom(0), commands })
    // A replica removes no key by itself, and sees those its master still has.
    this.replica.store.expiryMode = 'ignore'
    this.session = this.replica.openSession(null)
    this.session.kind = 'master'
    this.session.mayBlock = false
    this.session.restrict(Restriction.master, true)
    let running: readonly string[] = []
    let selected = 0
    const reply = new NullReply()
    reply.error = ({ message }) => {
      this.errors.push(`${running.map((word) => JSON.stringify(word)).join(' ')}: ${message}`)
    }
    this.session.reply = reply
    server.propagation.sinks.push({
      append: (db, argv) => {
        // By SELECT, which is queued where the commands around it are.
        if (db !== selected) this.replica.run(this.session, ['SELECT', String(db)])
        selected = db
        Object.assign(this.replica.store.limits, server.store.limits)
        running = argv
        this.replica.run(this.session, argv)
      },
    })
  }

  /** Throws when anything differs. */
  verify(): void {
    const { server } = this
    if (this.errors.length > 0) throw new Error(`the replica refused what was propagated:\n${this.errors.join('\n')}`)
    check('a replica', server.store, this.replica.store)
    check('a dump', server.store, this.reloaded())
  }

  /** To be called when all data was removed. */
  forgetErrors(): void {
    this.errors.length = 0
  }

  private reloaded(): Store {
    const { store } = this.server
    const chunks: Buffer[] = []
    const writer = new RdbWriter((chunk) => chunks.push(chunk), { aux: [], compression: true, checksum: true })
    if (store.snapshot !== null) throw new Error('a snapshot is running; await its end before comparing')
    const snapshot = new Snapshot(store, (entry) => writer.entry(entry))
    writer.begin(snapshot.sizes)
    snapshot.finish()
    writer.end()
    const copy = new Store({ clock: store.clock, random: seededRandom(0), databases: store.databases.length })
    Object.assign(copy.limits, store.limits)
    copy.expiryMode = 'ignore'
    const loader = new RdbLoader(copy, { checksum: true, dropExpired: false, skipModules: false })
    for (const chunk of chunks) loader.push(chunk)
    loader.end()
    return copy
  }

  stop(): void {
    this.replica.stop()
  }
}

function check(what: string, expected: Store, actual: Store): void {
  const differences = compareStores(expected, actual)
  if (differences.length > 0) {
    const shown = differences.slice(0, 10).join('\n')
    throw new Error(`${what} holds other data than the server (${differences.length} differences):\n${shown}`)
  }
  if (storeDigest(expected) !== storeDigest(actual)) {
    throw new Error(`${what} has another digest than the server, though nothing else differs`)
  }
}
