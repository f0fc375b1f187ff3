import { afterEach, expect, it } from 'vitest'
import { eventually, follow, linkIsUp, settled, startKeyper } from './nodes.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function keyper() {
  const node = await startKeyper()
  stops.push(node.stop)
  return node
}

const FAR = 9_999_999_999_999

it('fields with deadlines reach a replica, by dump and by stream, and leave with their master', async () => {
  const [master, replica] = [await keyper(), await keyper()]
  await master.command('HSET', 'dumped', 'a', 1, 'b', 2)
  await master.command('HPEXPIREAT', 'dumped', FAR, 'FIELDS', 1, 'a')
  await follow(replica, master.port)
  await linkIsUp(replica)
  await master.command('HSETEX', 'told', 'PXAT', FAR, 'FIELDS', 2, 'a', 1.5, 'b', 2)
  await master.command('HINCRBYFLOAT', 'told', 'a', 1)
  await master.command('HGETEX', 'told', 'PERSIST', 'FIELDS', 1, 'b')
  await settled(master, replica)
  expect(await replica.command('HPEXPIRETIME', 'dumped', 'FIELDS', 2, 'a', 'b')).toEqual([FAR, -1])
  expect(await replica.command('HPEXPIRETIME', 'told', 'FIELDS', 2, 'a', 'b')).toEqual([FAR, -1])
  expect(await replica.command('HGET', 'told', 'a')).toBe('2.5')

  await master.command('HPEXPIRE', 'told', 30, 'FIELDS', 1, 'a')
  await master.command('HPEXPIRE', 'dumped', 30, 'FIELDS', 2, 'a', 'b')
  await eventually(
    () => replica.app.server.store.databases[0].keyspace.size,
    (keys) => keys === 1,
  )
  await settled(master, replica)
  expect(await replica.command('HGETALL', 'told')).toEqual(['b', '2'])
  expect(replica.app.server.store.stats.expiredFields).toBe(0)
})

it('a replica hides a due field while its master keeps it, and removes it once it is a master', async () => {
  const [master, replica] = [await keyper(), await keyper()]
  await follow(replica, master.port)
  await linkIsUp(replica)
  await master.command('DEBUG', 'SET-ACTIVE-EXPIRE', 0)
  await master.command('HSET', 'h', 'a', 1, 'b', 2)
  await master.command('HPEXPIRE', 'h', 30, 'FIELDS', 1, 'a')
  await settled(master, replica)
  const fields = () => replica.command('HGETALL', 'h')
  await eventually(fields, (seen) => Array.isArray(seen) && seen.length === 2)
  const { keyspace } = replica.app.server.store.databases[0]
  const hash = keyspace.valueAt(keyspace.find('h'))
  expect(hash).toHaveProperty('storedSize', 2)
  await replica.command('REPLICAOF', 'NO', 'ONE')
  await eventually(
    () => replica.app.server.store.stats.expiredFields,
    (removed) => removed === 1,
  )
  expect(hash).toHaveProperty('storedSize', 1)
})
