/** A pair of servers for a parity test file: started once, emptied before each test. */
import { afterAll, beforeAll, beforeEach, it } from 'vitest'
import { words } from '../support/harness.ts'
import { type Line, type Parity, startParity } from '../support/parity.ts'
import type { Argument } from '../support/raw-client.ts'

/**
 * Inside `describeWithRedis`: gives `same(name, lines)`, which compares the lines in RESP2 and in RESP3, then the
 * digests, then Keyper's mirrors. Replies of the commands named `unordered` are compared as multisets.
 */
export function parityTests(unordered: readonly string[] = []): (name: string, lines: readonly Line[]) => void {
  let pair: Parity
  beforeAll(async () => {
    pair = await startParity()
  })
  afterAll(() => pair?.close())
  beforeEach(() => pair.flush())
  const loose = new Set(unordered)
  const prepared = (line: Line): Line => {
    if (typeof line === 'object' && 'command' in line) return line
    const argv: readonly Argument[] = typeof line === 'string' ? words(line) : line
    return loose.has(String(argv[0]).toUpperCase()) ? { command: argv, unordered: true } : argv
  }
  return (name, lines) => {
    for (const protocol of [2, 3] as const) {
      it(`${name} (RESP${protocol})`, async () => {
        await pair.compare(lines.map(prepared), { protocol })
        await pair.keyper.verifyMirrors()
      })
    }
  }
}
