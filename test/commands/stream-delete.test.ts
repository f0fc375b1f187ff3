/** XDELEX and XACKDEL, which the real server here is too old for. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { cases, error, startKeyper, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startKeyper()
})
afterAll(() => server.close())
afterEach(() => server.reset())
beforeEach(async () => {
  for (const n of [1, 2, 3, 4]) await server.run(`XADD s ${n}-1 f ${n}`)
  for (const group of ['g', 'h']) {
    await server.run(`XGROUP CREATE s ${group} 0`)
    await server.run(`XREADGROUP GROUP ${group} a COUNT 3 STREAMS s >`)
  }
})

const pendingIn = async (group: string) => ((await server.run(`XPENDING s ${group}`)) as unknown[])[0]

it('KEEPREF leaves entries pending', () =>
  cases(server, [
    ['XDELEX s IDS 2 1-1 9-9', [1, -1]],
    ['XDELEX s KEEPREF IDS 1 2-1', [1]],
    ['XLEN s', 2],
    ['XPENDING s g', [3, '1-1', '3-1', [['a', '3']]]],
    ['XACKDEL s g IDS 3 1-1 3-1 4-1', [1, 1, -1]],
    ['XLEN s', 1],
    ['XPENDING s g', [1, '2-1', '2-1', [['a', '1']]]],
    ['XPENDING s h', [3, '1-1', '3-1', [['a', '3']]]],
  ]))

it('DELREF takes them from every group', async () => {
  await cases(server, [
    ['XDELEX s delref IDS 2 1-1 9-9', [1, -1]],
    ['XDEL s 2-1', 1],
    // Nothing to delete any more, but still references to it.
    ['XDELEX s DELREF IDS 1 2-1', [-1]],
    ['XACKDEL s g DELREF IDS 1 3-1', [1]],
    ['XLEN s', 1],
  ])
  expect([await pendingIn('g'), await pendingIn('h')]).toEqual([0, 0])
})

it('ACKED deletes what no group has pending or has yet to read', () =>
  cases(server, [
    ['XDELEX s ACKED IDS 3 1-1 4-1 9-9', [2, 2, -1]],
    ['XACK s g 1-1', 1],
    ['XDELEX s ACKED IDS 1 1-1', [2]],
    ['XACKDEL s h ACKED IDS 2 1-1 2-1', [1, 2]],
    ['XACKDEL s g ACKED IDS 2 1-1 2-1', [-1, 1]],
    [
      'XRANGE s - +',
      [
        ['3-1', ['f', '3']],
        ['4-1', ['f', '4']],
      ],
    ],
    ['XGROUP DESTROY s g', 1],
    ['XGROUP DESTROY s h', 1],
    ['XDELEX s ACKED IDS 2 3-1 4-1', [1, 1]],
  ]))

it('refuses what is no request', () =>
  cases(server, [
    ['XDELEX no IDS 2 1-1 2-1', [-1, -1]],
    ['XACKDEL no g IDS 1 1-1', [-1]],
    ['XACKDEL s no IDS 1 1-1', [-1]],
    ['XDELEX s IDS 0 1-1', error('ERR Number of IDs must be a positive integer')],
    ['XDELEX s IDS x 1-1', error('ERR Number of IDs must be a positive integer')],
    ['XDELEX s IDS 2 1-1', error('ERR The `numids` parameter must match the number of arguments')],
    ['XDELEX s IDS 1 x', error('ERR Invalid stream ID specified as stream command argument')],
    ['XDELEX s ACKED 1 1-1', error('ERR syntax error')],
    ['XDELEX s FOO IDS 1 1-1', error('ERR syntax error')],
    ['XDELEX s ACKED KEEPREF IDS 1 1-1', error('ERR syntax error')],
    ['SET str 1', 'OK'],
    ['XDELEX str IDS 1 1-1', error('WRONGTYPE Operation against a key holding the wrong kind of value')],
  ]))

it('replicas are told in words every server knows', async () => {
  const told: string[] = []
  const { sinks } = server.server.propagation
  sinks.push({ append: (_db, argv) => told.push(argv.join(' ')) })
  await server.run('XACKDEL s g DELREF IDS 2 1-1 2-1')
  await server.run('XDELEX s ACKED IDS 2 3-1 9-9')
  sinks.pop()
  expect(told).toEqual(['MULTI', 'XACK s g 1-1 2-1', 'XACK s h 1-1 2-1', 'XDEL s 1-1 2-1', 'EXEC'])
})
