/** Redis's own command line tools, run against a server of a test. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { describe, it } from 'vitest'

const found = new Map<string, boolean>()

/** A `describe` that needs a tool: skipped with one line where it is missing, but a failure under CI. */
export function describeWithTool(tool: string, name: string, body: () => void): void {
  if (!found.has(tool)) found.set(tool, spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0)
  if (found.get(tool)) {
    describe(name, body)
  } else if (process.env['CI'] === 'true') {
    it(name, () => {
      throw new Error(`${tool} is not installed, and CI requires it`)
    })
  } else {
    console.log(`skipped: ${name} (${tool} is not installed)`)
    describe.skip(name, body)
  }
}

export interface ToolResult {
  readonly code: number | null
  /** One char a byte. */
  readonly stdout: string
  readonly stderr: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs a tool to its end. */
export function runTool(tool: string, args: readonly string[], input: string | Buffer = ''): Promise<ToolResult> {
  const started = startTool(tool, args)
  started.child.stdin!.end(input, 'latin1')
  return started.ended
}

/** Starts a tool that goes on until it is stopped. */
export function startTool(
  tool: string,
  args: readonly string[],
): { child: ChildProcess; output: () => string; ended: Promise<ToolResult> } {
  const child = spawn(tool, args)
  running.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    stderr += text
  })
  // A tool that ends early does not read its input.
  child.stdin.on('error', () => {})
  const ended = new Promise<ToolResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      running.delete(child)
      resolve({ code, stdout, stderr })
    })
  })
  return { child, output: () => stdout + stderr, ended }
}
