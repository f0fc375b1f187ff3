import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { RawClient } from '../support/raw-client.ts'

const script = fileURLToPath(new URL('../../cluster-examples/primary-replica/run.mjs', import.meta.url))

/** A port with two free ones after it. */
async function threePorts(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as { port: number }
    probe.close()
    const others = await Promise.all(
      [1, 2].map(async (n) => {
        const other = createServer()
        try {
          await new Promise<void>((resolve, reject) => {
            other.once('error', reject)
            other.listen(port + n, '127.0.0.1', resolve)
          })
          return true
        } catch {
          return false
        } finally {
          other.close()
        }
      }),
    )
    if (others.every(Boolean)) return port
  }
}

it('cluster-examples/primary-replica runs from one command, and ends with SIGTERM', async () => {
  const port = await threePorts()
  const child = spawn(process.execPath, [script, '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const exited = once(child, 'exit')
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', () => {
      if (output.includes('all in step')) resolve()
    })
  })
  await Promise.race([ready, exited.then(() => Promise.reject(new Error(`it ended: ${output}`)))])
  const client = await RawClient.connect(port)
  await client.command('SET', 'a', 1)
  expect(await client.command('WAIT', 2, 10_000)).toBe(2)
  await client.close()
  child.kill('SIGTERM')
  expect((await exited)[0]).toBe(0)
})
