/** The tools beside the server, as commander knows them. Loaded only when one is asked for. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '../../util/clock.ts'
import { type AofCheckOptions, aofCheck } from './aof-check.ts'
import { OutputClosed, ToolFailure } from './failure.ts'
import type { Streams } from './io.ts'
import { type CheckOptions, rdbCheck } from './rdb-check.ts'
import { type DiffOptions, rdbDiff } from './rdb-diff.ts'
import { type InfoOptions, type MemoryOptions, rdbInfo, rdbMemory } from './rdb-info.ts'
import { type JsonOptions, type KeysOptions, rdbJson, rdbKeys } from './rdb-json.ts'
import { STRING_STYLES } from './text.ts'

const USAGE = `
Directives are those of redis.conf, each as --name value, in a file, or as KEYPER_NAME in the environment
(dashes become underscores). The command line wins over the environment, the environment over the file.
A configuration file with the name of a command is written with its folder: keyper ./rdb

Examples:
  keyper                                        listens on port 6379, saves to ./dump.rdb
  keyper /etc/redis/redis.conf                  the same file Redis uses
  keyper --port 7000 --replicaof "127.0.0.1 6379"
  keyper --dir /data --dbfilename dump.rdb      restores the dump, then serves it
  echo 'maxmemory 2mb' | keyper - --port 7777   reads standard input
  keyper rdb info dump.rdb                      what a dump holds
  keyper aof check appendonlydir                is an append-only file sound?`

const TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'module']
const MOST_LARGEST = 10_000

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const n = /^\d{1,15}$/.test(text) ? Number(text) : -1
    if (n >= least && n <= most) return n
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`)
  }
}

const asBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

const delimiter = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It must not be empty.')
  return asBytes(text)
}

const withStrings = (command: Command) =>
  command.addOption(
    new Option('--strings <style>', 'how bytes are shown: printable ASCII and \\xNN, sound UTF-8 and \\xNN, or base64')
      .choices(STRING_STYLES)
      .default('escape'),
  )

const withFilter = (command: Command) =>
  command
    .option('--db <number>', 'only keys of this database', whole(0, 2 ** 31 - 1))
    .option('--match <pattern>', 'only keys that match, as with KEYS', asBytes)
    .addOption(new Option('--type <type>', 'only keys of this type').choices(TYPES))

const withSummary = (command: Command) =>
  command
    .option('--largest <count>', 'how many of the largest keys and prefixes to show', whole(0, MOST_LARGEST), 10)
    .option('--delimiter <text>', 'what ends a part of a key', delimiter, ':')
    .option('--depth <count>', 'how many parts make a prefix', whole(1, 100), 1)
    .option('--json', 'as one JSON document')

/**
 * Runs the tool that the words ask for, or shows help, and resolves with the exit code. What a tool says about its
 * failure is one line on `streams.errors`.
 */
export async function runTool(argv: readonly string[], streams: Streams): Promise<number> {
  let code = 0
  try {
    await program(streams, (exitCode) => {
      code = exitCode
    }).parseAsync(requestIn(argv), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof OutputClosed) return code
    const message = error instanceof ToolFailure ? error.message : `unexpected: ${(error as Error).stack}`
    streams.errors.write(`keyper: ${message.replace(/\s*[\r\n]+\s*/g, ' ')}\n`)
    return 1
  }
}

/** Help of a tool is what it says about itself; beside a request for help in general nothing counts. */
function requestIn([first, ...rest]: readonly string[]): string[] {
  if (first === 'help' && rest.length > 0) return [...rest, '--help']
  return first.startsWith('-') ? [first] : [first, ...rest]
}

function program(streams: Streams, exit: (code: number) => void): Command {
  const keyper = new Command('keyper')
    .description('A Redis-compatible key-value server, and tools for its files.')
    .usage('[path/to/redis.conf | -] [--directive value ...]\n       keyper rdb|aof <command> [options] <file>')
    .helpOption('-h, --help', 'show this help')
    .option('-v, --version', 'show the version')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', USAGE)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.output.write(text),
      writeErr: (text) => streams.errors.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'keyper: ')),
    })
  addRdb(keyper.command('rdb').description('look into dump files; - reads standard input'), streams, exit)
  addAof(keyper.command('aof').description('look into append-only files'), streams)
  return keyper
}

function addRdb(rdb: Command, streams: Streams, exit: (code: number) => void): void {
  const now = systemClock.now()
  withStrings(withSummary(rdb.command('info')))
    .description('what a dump holds: by type, database and prefix, its largest keys, function libraries')
    .argument('<file>')
    .action((file: string, options: InfoOptions) => rdbInfo(file, { ...options, now }, streams))
  withStrings(withFilter(rdb.command('json')))
    .description('the entries as JSON')
    .option('--lines', 'one document a line instead of one array')
    .argument('<file>')
    .action((file: string, options: JsonOptions) => rdbJson(file, options, streams))
  withStrings(withFilter(rdb.command('keys')))
    .description('the names of the keys, one a line')
    .option('--long', 'with database, type, encoding, elements, bytes in the dump and deadline')
    .argument('<file>')
    .action((file: string, options: KeysOptions) => rdbKeys(file, options, streams))
  withStrings(withFilter(withSummary(rdb.command('memory'))))
    .description('the memory that the keys will take once loaded, about')
    .addOption(new Option('--csv', 'a line for each key').conflicts('json'))
    .option('--at-least <bytes>', 'only keys of at least this size', whole(0, Number.MAX_SAFE_INTEGER), 0)
    .argument('<file>')
    .action((file: string, options: MemoryOptions) => rdbMemory(file, { ...options, now }, streams))
  rdb
    .command('check')
    .description('is a dump sound? If not: where, and why')
    .option('--duplicates', 'look for keys that are there twice, too; holds all names in memory')
    .option('--no-checksum', 'do not compare the checksum')
    .argument('<file>')
    .action((file: string, options: CheckOptions) => rdbCheck(file, options, streams))
  withStrings(withFilter(rdb.command('diff')))
    .description('what two dumps hold differently; the exit code is 1 when they differ')
    .option('--json', 'one JSON document a line')
    .option('--quiet', 'say nothing')
    .argument('<first>')
    .argument('<second>')
    .action(async (first: string, second: string, options: DiffOptions) => {
      if (!(await rdbDiff(first, second, options, streams))) exit(1)
    })
}

function addAof(aof: Command, streams: Streams): void {
  aof
    .command('check')
    .description('are the files of an append-only log sound? If not: where, and why')
    .option('--fix', 'cut off what is not sound at the end, after asking')
    .option('--yes', 'do not ask')
    .argument('<path>', 'the folder, the manifest, or a single file')
    .action((path: string, options: AofCheckOptions) => aofCheck(path, options, streams))
}
