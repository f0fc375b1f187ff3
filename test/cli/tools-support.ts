/** The tools, run within this process. */
import { PassThrough } from 'node:stream'
import { runTool } from '../../src/cli/tools/program.ts'

export interface ToolResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface ToolOptions {
  /** What standard input holds. */
  readonly input?: string | Buffer
  /** Input and errors are a terminal. */
  readonly terminal?: boolean
}

/** Runs `keyper <argv>`. */
export async function tool(argv: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const stream = () => Object.assign(new PassThrough(), { isTTY: options.terminal === true })
  const [input, output, errors] = [stream(), new PassThrough(), stream()]
  const gathered = [output, errors].map((from) => {
    const chunks: Buffer[] = []
    from.on('data', (chunk: Buffer) => chunks.push(chunk))
    return chunks
  })
  input.end(options.input ?? '')
  const code = await runTool(argv, { input, output, errors })
  const [out, err] = gathered.map((chunks) => Buffer.concat(chunks).toString())
  return { code, out, err }
}

/** The bytes that `escape` and `utf8` show, one char a byte. */
export function unescaped(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  return bytes.replace(/\\(?:\\|x([0-9a-f]{2}))/g, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
