/** Runs every example of the two pages as a program, and compares what it prints with what the page says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyperServer } from '../../src/embedded.ts'
import { listeningKeyper } from './backends.ts'
import { makePrograms, type Programs, root } from './programs.ts'

const PAGES = ['kvs.md', 'kv.md']

interface Example {
  readonly title: string
  readonly code: string
  readonly prints: string[]
}

/** The examples of a page, each under the heading it stands under. */
function examplesOf(page: string): Example[] {
  const examples: Example[] = []
  const text = readFileSync(join(root, 'docs', page), 'utf8')
  for (const [, heading, body] of text.matchAll(/^#+ (.*)\n([\s\S]*?)(?=^#+ |$(?![\s\S]))/gm)) {
    for (const [, code] of body.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
      const prints = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line)
      examples.push({ title: `${page}: ${heading}, example ${examples.length + 1}`, code, prints })
    }
  }
  return examples
}

const examples = PAGES.flatMap(examplesOf)
let programs: Programs
let server: KeyperServer
beforeAll(async () => {
  server = await listeningKeyper()
  programs = await makePrograms(
    examples.map(({ code }) => code),
    { redis: 'redis6', ioredis: 'ioredis6' },
  )
})
afterAll(async () => {
  programs?.remove()
  await server?.close()
})

it('finds the examples', () => {
  expect(examples.length).toBeGreaterThan(15)
  for (const { title, prints } of examples) expect(prints.length, title).toBeGreaterThan(0)
})

describe('prints what the page says', () => {
  examples.forEach(({ title, prints }, i) => {
    it(title, async () => {
      const stdout = await programs.run(i, { REDIS_URL: `redis://127.0.0.1:${server.port}/${i % 16}` })
      expect(stdout.trimEnd().split('\n')).toEqual(prints)
    })
  })
})
