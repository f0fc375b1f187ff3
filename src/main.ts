/** The executable. The only file that ends the process. */
import { startApp } from './app.ts'
import { reportStart } from './cli/process.ts'
import { StartFailure, serve } from './cli/serve.ts'
import { KEYPER_VERSION, REDIS_VERSION } from './server/version.ts'

/** Words that, coming first, ask for something else than a server. A configuration file of such a name is `./rdb`. */
const TOOLS = new Set(['rdb', 'aof', 'help', '-h', '--help'])

function showVersion(): void {
  const node = process.versions.node
  process.stdout.write(`Keyper server v=${KEYPER_VERSION} redis=${REDIS_VERSION} node=${node} bits=64\n`)
}

async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === '-v' || argv[0] === '--version') return showVersion()
  if (TOOLS.has(argv[0])) {
    // A file of its own beside the executable: a server that starts does not even read it.
    const { runTool } = await import('./cli/tools/program.ts')
    process.exitCode = await runTool(argv, { input: process.stdin, output: process.stdout, errors: process.stderr })
    return
  }
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
