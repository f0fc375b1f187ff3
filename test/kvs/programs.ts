/** Programs that use the packages by their names, bundled from the sources and run in processes of their own. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the sources and the examples depend on. */
const PACKAGES = ['express-session', 'pino', 'pino-pretty']

export interface Programs {
  /** What a program printed, given its place in the list. Rejects when it fails. */
  run(index: number, env?: Readonly<Record<string, string>>): Promise<string>
  remove(): void
}

/** Bundles programs. `libraries` are the client libraries that they find installed, by name and real package. */
export async function makePrograms(
  sources: readonly string[],
  libraries: Readonly<Record<string, string>>,
): Promise<Programs> {
  // Outside the project, whose other dependencies may bring client libraries along.
  const folder = mkdtempSync(join(tmpdir(), 'keyper-programs-'))
  mkdirSync(join(folder, 'node_modules'))
  const installed = { ...libraries, ...Object.fromEntries(PACKAGES.map((name) => [name, name])) }
  for (const [name, real] of Object.entries(installed)) {
    symlinkSync(join(root, 'node_modules', real), join(folder, 'node_modules', name), 'dir')
  }
  sources.forEach((code, i) => writeFileSync(join(folder, `program${i}.ts`), code))
  await build({
    entryPoints: sources.map((_, i) => join(folder, `program${i}.ts`)),
    outdir: join(folder, 'built'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['redis', 'ioredis', ...PACKAGES],
    alias: {
      keyper: join(root, 'src/index.ts'),
      'keyper/kv': join(root, 'src/kv/index.ts'),
      'keyper/kvs': join(root, 'src/kvs/index.ts'),
      'keyper/kvs/session': join(root, 'src/kvs/session.ts'),
    },
  })
  return {
    async run(index, env = {}) {
      const program = join(folder, 'built', `program${index}.mjs`)
      const options = { env: { PATH: process.env['PATH'], ...env }, cwd: folder }
      return (await promisify(execFile)(process.execPath, ['--no-warnings', program], options)).stdout
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
