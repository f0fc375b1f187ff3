/**
 * Every example in docs/tools.md is run by the built executable and gives what stands there, in order.
 * `KEYPER_WRITE_DOCS=1` puts what they give into the page.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { splitArguments } from '../../src/util/parse-quoted.ts'
import { bulk } from '../aof/support.ts'
import { FIXTURES } from '../rdb/fixture.ts'
import { runKeyper } from '../support/keyper-process.ts'

const PAGE = fileURLToPath(new URL('../../docs/tools.md', import.meta.url))
const EXAMPLE = /```console\n\$ keyper ([^\n]*)\n(.*?)```/gs

/** What the examples find: the fixtures, and an append-only file that a crash cut off. */
function scene(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyper-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(FIXTURES, join(folder, 'rdb-fixtures'), { recursive: true })
  const log = join(folder, 'appendonlydir')
  mkdirSync(log)
  cpSync(join(FIXTURES, 'empty.rdb'), join(log, 'appendonly.aof.1.base.rdb'))
  const names = ['appendonly.aof.1.base.rdb seq 1 type b', 'appendonly.aof.1.incr.aof seq 1 type i']
  writeFileSync(join(log, 'appendonly.aof.manifest'), names.map((name) => `file ${name}\n`).join(''))
  const commands = bulk('SELECT', '0') + bulk('SET', 'greeting', 'hello') + bulk('SET', 'last', 'word').slice(0, -6)
  writeFileSync(join(log, 'appendonly.aof.1.incr.aof'), commands)
  return folder
}

it('the examples of docs/tools.md', { timeout: 120_000 }, async () => {
  const page = readFileSync(PAGE, 'utf8')
  const cwd = scene()
  const shown: string[] = []
  const given: string[] = []
  for (const [, line, output] of page.matchAll(EXAMPLE)) {
    const { stdout, stderr } = await runKeyper(splitArguments(line)!, { cwd })
    shown.push(`$ keyper ${line}\n${output}`)
    given.push(`$ keyper ${line}\n${stdout}${stderr}`)
  }
  expect(given.length).toBeGreaterThan(10)
  if (process.env['KEYPER_WRITE_DOCS'] === '1') {
    let next = 0
    writeFileSync(
      PAGE,
      page.replace(EXAMPLE, () => `\`\`\`console\n${given[next++]}\`\`\``),
    )
    return
  }
  expect(shown).toEqual(given)
})
