/** The life of a server process: configuration, background, log, start, signals, end. */
import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { ConfigFileError } from '../config/file.ts'
import { createLogger, type Logger } from '../logging/logger.ts'
import type { UserLine } from '../security/user-lines.ts'
import type { Server } from '../server/server.ts'
import type { ShutdownOptions } from '../server/shutdown.ts'
import { KEYPER_VERSION, REDIS_VERSION } from '../server/version.ts'
import { type Loaded, loadConfig, type Renamed } from './load-config.ts'
import {
  environment,
  notifySupervisor,
  reportStart,
  setTitle,
  startInBackground,
  wantsBackground,
  writePidFile,
} from './process.ts'

/** Why the server cannot start, in one line for its user. */
export class StartFailure {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** A server that listens. */
export interface App {
  readonly server: Server
  close(): Promise<void>
}

/** Puts a server together and starts it; rejects with an Error fit for a user. */
export type StartApp = (options: {
  readonly config: Config
  readonly log: Logger
  readonly configFile: string | null
  readonly renamedCommands: readonly Renamed[]
  readonly users: readonly UserLine[]
  readonly mustListen: boolean
}) => Promise<App>

/**
 * Runs the server that the command line asks for; resolves once it is ready, or has left a ready one in the
 * background. Throws StartFailure. `exit` ends the process.
 */
export async function serve(argv: readonly string[], startApp: StartApp, exit: (code: number) => void): Promise<void> {
  let input: string | null = null
  const readStdin = () => {
    input ??= readFileSync(0, 'latin1')
    return input
  }
  const loaded = read(() => loadConfig({ argv, env: environment(), readStdin }))
  const { config, configFile } = loaded
  if (wantsBackground(config)) {
    const reason = await startInBackground(input)
    if (reason !== null) throw new StartFailure(reason)
    return
  }
  if (config.port === 0 && config.unixsocket === '') {
    throw new StartFailure('Configured to not listen anywhere: port is 0 and there is no unixsocket')
  }
  config.dir = changeDirectory(config.dir)
  const log = await createLogger(config).catch((error: Error) => {
    throw new StartFailure(`logfile ${config.logfile}: ${error.message}`)
  })
  announce(log, loaded)
  setTitle(config, configFile)
  for (const name of ['proc-title-template', 'port', 'bind'] as const) {
    config.onChange(name, () => setTitle(config, configFile))
  }
  const signals = new Signals(config, log, exit)
  let app: App
  try {
    const { renamedCommands, users } = loaded
    app = await startApp({ config, log, configFile, renamedCommands, users, mustListen: true })
  } catch (error) {
    // A log file is where people look for what became of a server; without one the log is what the user sees anyway.
    if (config.logfile !== '') log.warning((error as Error).message)
    log.flush()
    throw new StartFailure((error as Error).message)
  }
  const removePidFile = writePidFile(config, (message) => log.warning(message))
  app.server.onShutdown = (code) => {
    if (removePidFile()) log.notice('Removing the pid file.')
    void app.close().then(() => {
      log.flush()
      exit(code)
    })
  }
  signals.started(app)
  process.on('uncaughtException', (error) => {
    // Our bug, but not a reason to lose the data of everybody.
    log.warning(`Unexpected exception: ${error.stack ?? error.message}`)
  })
  notifySupervisor(config, (message) => log.warning(message))
  await reportStart({ ready: true })
}

function read(load: () => Loaded): Loaded {
  try {
    return load()
  } catch (error) {
    throw error instanceof ConfigFileError ? new StartFailure(error.message) : error
  }
}

/** Relative names of files are looked for there from now on. */
function changeDirectory(dir: string): string {
  try {
    process.chdir(dir)
    return process.cwd()
  } catch (error) {
    throw new StartFailure(`dir ${dir}: ${(error as Error).message}`)
  }
}

function announce(log: Logger, { config, configFile, notes }: Loaded): void {
  log.notice('Keyper is starting')
  log.notice(
    `Keyper version=${KEYPER_VERSION}, redis=${REDIS_VERSION}, node=${process.versions.node}, pid=${process.pid}, just started`,
  )
  if (configFile !== null) log.notice(`Configuration loaded from ${configFile}`)
  else if (process.argv.length > 2) log.notice('Configuration loaded')
  else {
    log.warning('No config file specified, using the default config. To specify one: keyper /path/to/redis.conf')
  }
  for (const note of notes) log.warning(note)
  log.notice(`Running mode=standalone, port=${config.port}.`)
}

/** SIGTERM and SIGINT shut down as configured; a second SIGINT ends at once. */
class Signals {
  private readonly log: Logger
  private readonly config: Config
  private readonly exit: (code: number) => void
  private app: App | null = null
  private received = false

  constructor(config: Config, log: Logger, exit: (code: number) => void) {
    this.config = config
    this.log = log
    this.exit = exit
    process.on('SIGTERM', () => this.receive('SIGTERM'))
    process.on('SIGINT', () => this.receive('SIGINT'))
    // A terminal that closes takes no server with it.
    process.on('SIGHUP', () => {})
  }

  started(app: App): void {
    this.app = app
  }

  private receive(signal: 'SIGTERM' | 'SIGINT'): void {
    const { app, log } = this
    if (signal === 'SIGINT' && this.received) {
      log.warning('You insist... exiting now.')
      log.flush()
      this.exit(1)
    }
    this.received = true
    if (app === null) {
      // Nothing to save: the data is not even loaded.
      log.warning(`Received ${signal} during loading, exiting.`)
      log.flush()
      this.exit(0)
      return
    }
    log.warning(`Received ${signal}, scheduling shutdown...`)
    app.server.background(() => app.server.shutdown(null, this.options(signal)))
  }

  private options(signal: 'SIGTERM' | 'SIGINT'): ShutdownOptions {
    const flags = signal === 'SIGTERM' ? this.config.shutdownOnSigterm : this.config.shutdownOnSigint
    return {
      save: flags.includes('save') ? 'save' : flags.includes('nosave') ? 'nosave' : null,
      now: flags.includes('now'),
      force: flags.includes('force'),
    }
  }
}
