/** The executable: argv to configuration to server. The only file that ends the process. */
import { accessSync, constants, readFileSync } from 'node:fs'
import { Command } from 'commander'
import { startApp } from './app.ts'
import { type Loaded, loadConfig } from './cli/load-config.ts'
import { inBackground, spawnBackground, writePidFile } from './cli/process.ts'
import { ConfigFileError } from './config/file.ts'
import { createLogger } from './logging/logger.ts'
import { KEYPER_VERSION, REDIS_VERSION } from './server/version.ts'

const USAGE = `
Directives are those of redis.conf, each as --name value, in a file, or as KEYPER_NAME in the environment
(dashes become underscores). The command line wins over the environment, the environment over the file.

Examples:
  keyper                                        listens on port 6379, saves to ./dump.rdb
  keyper /etc/redis/redis.conf                  the same file Redis uses
  keyper --port 7000 --replicaof "127.0.0.1 6379"
  keyper --dir /data --dbfilename dump.rdb      restores the dump, then serves it
  echo 'maxmemory 2mb' | keyper - --port 7777   reads standard input`

function fail(message: string): never {
  process.stderr.write(`keyper: ${message.replaceAll('\n', ' ')}\n`)
  process.exit(1)
}

const program = new Command('keyper')
  .description('A Redis-compatible key-value server.')
  .usage('[path/to/redis.conf | -] [--directive value ...]')
  .argument('[arguments...]')
  .version(
    `Keyper server v=${KEYPER_VERSION} redis=${REDIS_VERSION} node=${process.versions.node} bits=64`,
    '-v, --version',
    'show the version',
  )
  .helpOption('-h, --help', 'show this help')
  .addHelpText('after', USAGE)
  .allowUnknownOption()
  .passThroughOptions()
  .action(() => serve(process.argv.slice(2)))

async function serve(argv: readonly string[]): Promise<void> {
  let loaded: Loaded
  try {
    loaded = loadConfig({ argv, env: environment(), readStdin: () => readFileSync(0, 'latin1') })
  } catch (error) {
    if (error instanceof ConfigFileError) fail(error.message)
    throw error
  }
  const { config, configFile } = loaded
  try {
    process.chdir(config.dir)
    accessSync('.', constants.R_OK | constants.X_OK)
  } catch (error) {
    fail(
      `dir ${config.dir}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such folder' : (error as Error).message}`,
    )
  }
  config.dir = process.cwd()
  if (config.daemonize && !inBackground()) {
    spawnBackground()
    return
  }
  const log = await createLogger(config).catch((error: Error) => fail(`logfile ${config.logfile}: ${error.message}`))
  const app = await startApp({ config, log, configFile }).catch((error: Error) => {
    log.flush()
    fail(error.message)
  })
  const removePidFile = writePidFile(config, (message) => log.warning(message))
  app.server.onShutdown = (code) => {
    removePidFile()
    void app.close().then(() => {
      log.flush()
      process.exit(code)
    })
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.warning(`Received ${signal}, scheduling shutdown...`)
      app.server.background(() => app.server.shutdown(null, { save: null, now: false, force: false }))
    })
  }
  process.on('uncaughtException', (error) => {
    // Our bug, but not a reason to lose the data of everybody.
    log.warning(`Unexpected exception: ${error.stack ?? error.message}`)
  })
}

function environment(): Record<string, string | undefined> {
  const { KEYPER_IN_BACKGROUND: _, ...env } = process.env
  return env
}

await program.parseAsync()
