/** The server's log, by pino: readable lines on a terminal, JSON elsewhere. */
import pino from 'pino'
import type { Config } from '../config/config.ts'

/** Redis's four levels. */
export interface Logger {
  debug(message: string): void
  verbose(message: string): void
  notice(message: string): void
  warning(message: string): void
  /** Writes out what is buffered; the process may end after it. */
  flush(): void
}

const LEVELS = { debug: 'debug', verbose: 'verbose', notice: 'notice', warning: 'warning', nothing: 'silent' } as const

const CUSTOM_LEVELS = { debug: 20, verbose: 25, notice: 30, warning: 40 } as const

/** Where log lines go; a test gives its own. */
export interface LogSink {
  write(line: string): void
}

/** A log that goes nowhere. */
export const silentLogger: Logger = { debug() {}, verbose() {}, notice() {}, warning() {}, flush() {} }

/** Throws when the log file cannot be opened. */
export async function createLogger(config: Config, sink?: LogSink): Promise<Logger> {
  const destination = sink ?? (await openSink(config))
  const log = pino(
    {
      level: LEVELS[config.loglevel],
      customLevels: CUSTOM_LEVELS,
      useOnlyCustomLevels: true,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  config.onChange('loglevel', (level: Config['loglevel']) => {
    log.level = LEVELS[level]
  })
  return {
    debug: (message) => log.debug(message),
    verbose: (message) => log.verbose(message),
    notice: (message) => log.notice(message),
    warning: (message) => log.warning(message),
    flush: () => {
      if ('flushSync' in destination && typeof destination.flushSync === 'function') destination.flushSync()
    },
  }
}

async function openSink(config: Config): Promise<LogSink> {
  if (config.logfile === '' && process.stdout.isTTY) {
    // Only a terminal pays for the pretty printer.
    const { default: pretty } = await import('pino-pretty')
    return pretty({
      sync: true,
      ignore: 'hostname',
      translateTime: 'SYS:dd mmm yyyy HH:MM:ss.l',
      customLevels: CUSTOM_LEVELS,
      useOnlyCustomProps: true,
    })
  }
  return pino.destination({ dest: config.logfile === '' ? 1 : config.logfile, sync: true, append: true })
}
