/** The executable. The only file that ends the process. */
import { Command } from 'commander'
import { startApp } from './app.ts'
import { reportStart } from './cli/process.ts'
import { StartFailure, serve } from './cli/serve.ts'
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

const ABOUT = new Set(['-h', '--help', '-v', '--version'])

/** Answers --help and --version. All else is configuration, whose words may look like options of any kind. */
function about(argument: string): void {
  new Command('keyper')
    .description('A Redis-compatible key-value server.')
    .usage('[path/to/redis.conf | -] [--directive value ...]')
    .version(
      `Keyper server v=${KEYPER_VERSION} redis=${REDIS_VERSION} node=${process.versions.node} bits=64`,
      '-v, --version',
      'show the version',
    )
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', USAGE)
    .parse([argument], { from: 'user' })
}

async function main(argv: readonly string[]): Promise<void> {
  if (ABOUT.has(argv[0])) return about(argv[0])
  try {
    await serve(argv, startApp, (code) => process.exit(code))
  } catch (error) {
    const message = error instanceof StartFailure ? error.message : `unexpected: ${(error as Error).stack}`
    const line = message.replace(/\s*[\r\n]+\s*/g, ' ')
    process.stderr.write(`keyper: ${line}\n`)
    await reportStart({ error: line })
    process.exit(1)
  }
}

await main(process.argv.slice(2))
