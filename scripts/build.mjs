/**
 * Makes dist/: the `keyper` executable as one bundle, because hundreds of small modules load slowly; the library
 * entry points; and their types.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
}

// What may be stale goes; the executable is replaced in one step, as tests may be running it.
for (const stale of ['dist/chunks', 'dist/types']) rmSync(stale, { recursive: true, force: true })

const executable = {
  ...common,
  // Names stay, for stack traces; the rest is only read by the machine, at every start.
  minifySyntax: true,
  minifyWhitespace: true,
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  external: ['pino-pretty'],
}

// The tools are a file apart, so that a server starts without reading them.
await build({ ...executable, entryPoints: ['src/cli/tools/program.ts'], outfile: 'dist/tools.new.js' })
renameSync('dist/tools.new.js', 'dist/tools.js')

const toolsApart = {
  name: 'tools-apart',
  setup({ onResolve }) {
    onResolve({ filter: /cli\/tools\/program\.ts$/ }, () => ({ path: './tools.js', external: true }))
  },
}

// The executable carries its dependencies: one file to read at start. They are CommonJS and ask for `require`.
await build({ ...executable, plugins: [toolsApart], entryPoints: ['src/main.ts'], outfile: 'dist/main.new.js' })
chmodSync('dist/main.new.js', 0o755)
renameSync('dist/main.new.js', 'dist/main.js')

await build({
  ...common,
  entryPoints: {
    index: 'src/index.ts',
    'rdb-parser': 'src/rdb/parser.ts',
    kvs: 'src/kvs/index.ts',
    'kvs/session': 'src/kvs/session.ts',
    kv: 'src/kv/index.ts',
  },
  outdir: 'dist',
  packages: 'external',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
})

if (!process.argv.includes('--no-types')) {
  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  })
  if (tsc.status !== 0) process.exit(tsc.status ?? 1)
}
