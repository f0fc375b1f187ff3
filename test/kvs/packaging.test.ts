/** The packages as they are installed: with one client library, with the other, with none. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KeyperServer } from '../../src/embedded.ts'
import { listeningKeyper } from './backends.ts'
import { makePrograms, root } from './programs.ts'

const USE = `
import { createRedisStore } from 'keyper/kvs'
try {
  const store = await createRedisStore({ url: process.env.REDIS_URL })
  await store.set('k', 'v', 1000)
  console.log(await store.list(''))
  await store.close()
} catch (error) {
  console.log(error.name + ': ' + error.message)
}
`

let server: KeyperServer
beforeAll(async () => {
  server = await listeningKeyper()
})
afterAll(() => server.close())

it.each([
  ['redis alone', { redis: 'redis5' }, "[ 'k' ]"],
  ['ioredis alone', { ioredis: 'ioredis5' }, "[ 'k' ]"],
  [
    'no client library',
    {},
    'ClientLibraryError: No Redis client is installed: run "npm install redis" or "npm install ioredis"',
  ],
])('with %s', async (_, libraries, prints) => {
  const programs = await makePrograms([USE], libraries)
  try {
    // That the program ends at all says that nothing is left open.
    expect((await programs.run(0, { REDIS_URL: `redis://127.0.0.1:${server.port}` })).trimEnd()).toBe(prints)
  } finally {
    programs.remove()
  }
})

it('has an entry point, with types, for each package, and optional client libraries', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const build = readFileSync(join(root, 'scripts/build.mjs'), 'utf8')
  for (const [name, source] of [
    ['kvs', 'kvs/index'],
    ['kvs/session', 'kvs/session'],
    ['kv', 'kv/index'],
  ]) {
    expect(manifest.exports[`./${name}`]).toEqual({
      types: `./dist/types/${source}.d.ts`,
      default: `./dist/${name}.js`,
    })
    expect(build).toContain(`src/${source}.ts`)
  }
  expect(manifest.peerDependenciesMeta).toEqual({ ioredis: { optional: true }, redis: { optional: true } })
})
