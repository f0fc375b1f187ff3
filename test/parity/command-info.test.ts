/**
 * What COMMAND tells of every command is what redis-server tells, with the exceptions listed here, each with its reason.
 * A listed difference that no longer exists fails, too.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Parity, startParity } from '../support/parity.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { type Decoded, SetReply } from '../support/resp-decoder.ts'

/** Replies as plain data: maps as objects, sets as sorted arrays. */
type Plain = string | number | null | Plain[] | { [name: string]: Plain }

function plain(reply: Decoded): Plain {
  if (reply instanceof Map) return Object.fromEntries([...reply].map(([k, v]) => [String(k), plain(v)]))
  if (reply instanceof SetReply) {
    const items = reply.items.map(plain)
    // Names in any order; key specifications and subcommands are told apart by the caller.
    return items.every((item) => typeof item === 'string') ? items.sort() : items
  }
  if (Array.isArray(reply)) return reply.map(plain)
  if (typeof reply === 'number' || typeof reply === 'string') return reply
  return reply === null ? null : String(reply)
}

type Described = Map<string, Record<string, Plain>>

const FIELDS = ['name', 'arity', 'flags', 'first', 'last', 'step', 'categories', 'tips', 'keySpecs', 'subcommands']

function addInfo(found: Described, description: Plain): void {
  const values = description as Plain[]
  const info = Object.fromEntries(FIELDS.map((field, i) => [field, values[i]]))
  found.set(String(info.name), info)
  for (const each of info.subcommands as Plain[]) addInfo(found, each)
  delete info.subcommands
  // Their words are ours; that there are some is not.
  info.keySpecs = (info.keySpecs as Record<string, Plain>[]).map((spec) =>
    'notes' in spec ? { ...spec, notes: 'notes' } : spec,
  )
}

function addDocs(found: Described, name: string, documentation: Plain): void {
  const {
    summary,
    complexity,
    subcommands = {},
    history,
    replaced_by,
    ...docs
  } = documentation as Record<string, Plain>
  const given = (value: Plain | undefined) => (value === undefined || value === '' ? 'absent' : 'present')
  const versions = ((history ?? []) as Plain[][]).map(([version]) => version as string)
  found.set(name, {
    ...docs,
    summary: given(summary),
    complexity: given(complexity),
    history: versions.sort(),
    replaced_by: given(replaced_by),
  })
  for (const [subcommand, each] of Object.entries(subcommands as Record<string, Plain>)) {
    addDocs(found, subcommand, each)
  }
}

/** By command and field: why it is not what redis-server 7.0 says. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'acl|log history': '7.2 gives entries an id and times',
  'watch flags': '7.2 refuses it inside MULTI by a flag instead of by itself',
  'zrank arity': '7.2 has WITHSCORE',
  'zrank arguments': '7.2 has WITHSCORE',
  'zrevrank arity': '7.2 has WITHSCORE',
  'zrevrank arguments': '7.2 has WITHSCORE',
  'hscan arguments': '7.4 has NOVALUES',
  'client|kill arguments': '7.4 has MAXAGE; one of several alternatives is not called optional',
  'client|pause since': '7.2 corrects it: 2.9.50 was a preview of 3.0.0',
  'config|resetstat tips': '7.2 tells clients of a cluster to send it to all nodes',
  'config|rewrite tips': '7.2 tells clients of a cluster to send it to all nodes',
  'command|getkeys arguments': '7.2 documents them',
  'command|getkeysandflags arguments': '7.2 documents them',
  'quit doc_flags': '7.2 deprecates it',
  'quit deprecated_since': '7.2 deprecates it',
  'quit replaced_by': '7.2 deprecates it',
  'xinfo|consumers history': '7.2 shows `inactive`',
  'xinfo|stream history': '7.2 shows `active-time`',
  'lolwut complexity': 'every command states it',
  'migrate arguments': 'Alternatives of which one is given are not each optional.',
  'monitor complexity': 'every command states it',
  'psync complexity': 'every command states it',
  'sync complexity': 'every command states it',
}

/** Commands that redis-server 7.0 does not have; subcommands of DEBUG are not declared there. */
const NEWER =
  /^(script\|show|debug\|.*|client\|(no-touch|setinfo)|hp?expire(at|time)?|hp?ttl|hpersist|hgetdel|h[gs]etex|waitaof|xackdel|xdelex)$/

/** Every `command field` in which they differ, with both values. */
function differences(ours: Described, theirs: Described): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, mine] of ours) {
    const real = theirs.get(name)
    if (real === undefined) continue
    for (const field of new Set([...Object.keys(mine), ...Object.keys(real)])) {
      const [a, b] = [mine[field], real[field]].map((value) => canonical(value ?? null))
      if (a !== b) found.set(`${name} ${field}`, `keyper ${a}\nredis  ${b}`)
    }
  }
  return found
}

/** JSON with the fields of objects in alphabetical order. */
function canonical(value: Plain): string {
  return JSON.stringify(value, (_, v) =>
    v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v,
  )
}

describeWithRedis('COMMAND tells what redis-server tells', () => {
  let pair: Parity
  const both: { info: Described; docs: Described; list: string[] }[] = []

  beforeAll(async () => {
    pair = await startParity()
    const redis = await pair.redis.client()
    await redis.command('HELLO', 3)
    for (const client of [await pair.keyper.client(3), redis]) {
      const info: Described = new Map()
      const docs: Described = new Map()
      for (const each of plain(await client.command('COMMAND')) as Plain[]) addInfo(info, each)
      const documentation = plain(await client.command('COMMAND', 'DOCS')) as Record<string, Plain>
      for (const [name, each] of Object.entries(documentation)) addDocs(docs, name, each)
      both.push({ info, docs, list: plain(await client.command('COMMAND', 'LIST')) as string[] })
      await client.close()
    }
  })
  afterAll(() => pair?.close())

  it('of arity, flags, key positions, categories, tips and key specifications', () => {
    const [ours, theirs] = both
    const found = differences(ours.info, theirs.info)
    for (const known of Object.keys(DIFFERENCES)) found.delete(known)
    expect(Object.fromEntries(found)).toEqual({})
  })

  it('of versions, groups and arguments', () => {
    const [ours, theirs] = both
    const found = differences(ours.docs, theirs.docs)
    for (const known of Object.keys(DIFFERENCES)) found.delete(known)
    expect(Object.fromEntries(found)).toEqual({})
  })

  it('and nothing is excused that is the same', () => {
    const [ours, theirs] = both
    const found = new Set(
      [...differences(ours.info, theirs.info), ...differences(ours.docs, theirs.docs)].map(([k]) => k),
    )
    expect(Object.keys(DIFFERENCES).filter((known) => !found.has(known))).toEqual([])
  })

  it('of no command that it does not have, but for newer ones', () => {
    const [ours, theirs] = both
    const known = new Set(theirs.list)
    expect(ours.list.filter((name) => !known.has(name) && !NEWER.test(name))).toEqual([])
    expect([...ours.info.keys()].sort()).toEqual([...ours.list].sort())
    expect([...ours.docs.keys()].sort()).toEqual([...ours.list].sort())
  })

  describe('COMMAND LIST', () => {
    const CATEGORIES = [
      'keyspace', 'read', 'write', 'set', 'sortedset', 'list', 'hash', 'string', 'bitmap', 'hyperloglog', 'geo', 'stream',
      'pubsub', 'admin', 'fast', 'slow', 'blocking', 'dangerous', 'connection', 'transaction', 'scripting',
    ] // biome-ignore format: one table

    it.each(CATEGORIES)('FILTERBY ACLCAT %s', async (category) => {
      const [ours, theirs] = both
      const [mine, real] = [await pair.keyper.client(), await pair.redis.client()]
      const shared = async (client: typeof mine, other: readonly string[]) => {
        const names = plain(await client.command('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', category)) as string[]
        return names.filter((name) => other.includes(name)).sort()
      }
      expect(await shared(mine, theirs.list)).toEqual(await shared(real, ours.list))
      await Promise.all([mine.close(), real.close()])
    })
  })
})
