/** Error texts beside redis-server: the last line of each case must be answered by exactly that error. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { E, type ReplyError } from '../../src/resp/errors.ts'
import { splitArguments } from '../../src/util/parse-quoted.ts'
import { describeWithRedis, type RedisProcess, startRedis } from '../support/redis-oracle.ts'

type Line = string | readonly string[]

const long = 'x'.repeat(200)
const script = (code: string): Line => ['EVAL', code, '0']
const pcall = (call: string): Line => script(`return redis.pcall(${call})`)
const library = (code: string): Line => ['FUNCTION', 'LOAD', code]
const LIBRARY = library('#!lua name=lib\nredis.register_function("f", function() return 1 end)')

const cases: Record<string, readonly [ReplyError, ...Line[]][]> = {
  'any command': [
    [E.syntax, 'SET a b NX XX'],
    [E.notInteger, 'SET n x', 'INCR n'],
    [E.notFloat, 'ZADD z x a'],
    [E.mustBePositive, 'LPOP l -1'],
    [E.mustBePositive, 'ZPOPMIN z x'],
    [E.valueOutOfRange, 'HSET h f v', 'HRANDFIELD h -4611686018427387905 WITHVALUES'],
    [E.sampleOutOfRange, 'SRANDMEMBER s -9223372036854775808'],
    [E.wrongType, 'RPUSH l a', 'GET l'],
    [E.noSuchKey, 'RENAME nokey a'],
    [E.indexOutOfRange, 'RPUSH l a', 'LSET l 5 a'],
    [E.sameObject, 'COPY a a'],
    [E.arity('get'), 'GET'],
    [E.arity('config|get'), 'CONFIG GET'],
    [E.unknownCommand('foo', []), 'foo'],
    [E.unknownCommand('', ['a', '']), ['', 'a', '']],
    [E.unknownCommand(long, [long, long]), [long, long, long]],
    [E.unknownCommand('foo', new Array(60).fill('ab')), ['foo', ...new Array(60).fill('ab')]],
    ...[120, 123, 124, 125, 126, 127, 128, 129].map((n): [ReplyError, Line] => {
      const args = ['y'.repeat(n), 'z', '']
      return [E.unknownCommand('foo', args), ['foo', ...args]]
    }),
    [E.unknownCommand('a\r\nb\0c', ['d\ne', 'f\0g', '\xff']), ['a\r\nb\0c', 'd\ne', 'f\0g', '\xff']],
    [E.unknownSubcommand('foo', 'OBJECT'), 'OBJECT foo a'],
    [E.unknownSubcommand(long, 'CONFIG'), ['CONFIG', long]],
    [E.unknownSubcommand('a\r\nb\0c', 'CONFIG'), ['CONFIG', 'a\r\nb\0c']],
    [E.subcommandSyntax('foo', 'DEBUG'), 'DEBUG foo'],
    [E.numkeysZero, 'SINTERCARD 0 a'],
    [E.numkeysTooMany, 'SINTERCARD 5 a'],
    [E.atLeastOneKey('zunion'), 'ZUNION 0 a'],
    [E.countZero, 'LMPOP 1 l LEFT COUNT 0'],
    [E.limitNegative, 'SINTERCARD 1 a LIMIT -1'],
    [E.timeoutNotFloat, 'BLPOP l x'],
    [E.timeoutNotInteger, 'CLIENT PAUSE x'],
    [E.timeoutNegative, 'BLPOP l -1'],
    [E.invalidCursor, 'SCAN x'],
    [E.dbOutOfRange, 'SELECT 99'],
    [E.invalidFirstDb, 'SWAPDB x 1'],
    [E.invalidSecondDb, 'SWAPDB 1 x'],
  ],
  ACL: [
    [E.aclModifier('+foo', 'Unknown command or category name in ACL'), 'ACL SETUSER a +foo'],
    [E.aclParenthesis('('), 'ACL SETUSER a ('],
    [E.aclDefaultUser, 'ACL DELUSER default'],
    [E.aclUnknownCategory('foo'), 'ACL CAT foo'],
    [E.aclPasswordBits, 'ACL GENPASS 0'],
    [E.aclUnknownUser('foo'), 'ACL DRYRUN foo GET a'],
    [E.aclUnknownCommand('foo'), 'ACL DRYRUN default foo'],
    [E.aclNoFile, 'ACL LOAD'],
    [E.noPermCommand('config|set'), 'ACL SETUSER u on nopass +@all -config|set', 'AUTH u x', 'CONFIG SET a b'],
    [E.noPermKey, 'ACL SETUSER u on nopass +@all ~a', 'AUTH u x', 'GET b'],
    [E.noPermChannel, 'ACL SETUSER u on nopass +@all &a', 'AUTH u x', 'PUBLISH b x'],
  ],
  bitmaps: [
    [E.bitOffset, 'SETBIT a -1 1'],
    [E.bitValue, 'SETBIT a 0 2'],
    [E.bitArgument, 'BITPOS a 2'],
    [E.bitopNot, 'BITOP NOT d a b'],
    [E.bitfieldType, 'BITFIELD a GET u64 0'],
    [E.bitfieldOverflow, 'BITFIELD a OVERFLOW x'],
    [E.bitfieldReadOnly, 'BITFIELD_RO a SET u8 0 1'],
  ],
  'client tracking': [
    [E.cachingWithoutTracking, 'CLIENT CACHING YES'],
    [E.cachingYes, 'CLIENT TRACKING ON OPTOUT', 'CLIENT CACHING YES'],
    [E.cachingNo, 'CLIENT TRACKING ON OPTIN', 'CLIENT CACHING NO'],
    [E.trackingNoSuchRedirect, 'CLIENT TRACKING ON REDIRECT 999999'],
    [E.trackingOptinAndOptout, 'CLIENT TRACKING ON OPTIN OPTOUT'],
    [E.trackingOptWithBcast, 'CLIENT TRACKING ON BCAST OPTIN'],
    [E.trackingPrefixWithoutBcast, 'CLIENT TRACKING ON PREFIX a'],
    [E.trackingPrefixes('a', 'ab'), 'CLIENT TRACKING ON BCAST PREFIX a PREFIX ab'],
    [E.trackingPrefixExists('ab', 'a'), 'CLIENT TRACKING ON BCAST PREFIX a', 'CLIENT TRACKING ON BCAST PREFIX ab'],
    [E.trackingSwitchBcast, 'CLIENT TRACKING ON', 'CLIENT TRACKING ON BCAST'],
    [E.trackingSwitchOpt, 'CLIENT TRACKING ON OPTIN', 'CLIENT TRACKING ON OPTOUT'],
  ],
  connections: [
    [E.authWithoutPassword, 'AUTH a'],
    [E.wrongPass, 'AUTH a b'],
    [E.noProto, 'HELLO 9'],
    [E.protocolVersionNotInteger, 'HELLO x'],
    [E.syntaxInHello('FOO'), 'HELLO 3 FOO'],
    [E.badClientName, 'CLIENT SETNAME "a b"'],
    [E.unknownClientType('x'), 'CLIENT LIST TYPE x'],
    [E.invalidClientId, 'CLIENT LIST ID x'],
    [E.clientIdNotPositive, 'CLIENT KILL ID 0'],
    [E.noSuchClient, 'CLIENT KILL 1.2.3.4:5'],
    [E.noSuchUser('x'), 'CLIENT KILL USER x'],
    [E.unblockReason, 'CLIENT UNBLOCK 1 FOO'],
    [E.pauseMode, 'CLIENT PAUSE 1 FOO'],
    [E.subscriberMode('get'), 'SUBSCRIBE a', 'GET a'],
    [E.subscriberMode('config|get'), 'SUBSCRIBE a', 'CONFIG GET x'],
    [E.clusterDisabled, 'CLUSTER INFO'],
  ],
  'expiry and generic': [
    [E.invalidExpire('setex'), 'SETEX a 0 b'],
    [E.expireNxWithOther, 'EXPIRE a 1 NX GT'],
    [E.expireGtWithLt, 'EXPIRE a 1 GT LT'],
    [E.unsupportedOption('FOO'), 'EXPIRE a 1 FOO'],
    [E.objectIdletimeUnderLfu, 'CONFIG SET maxmemory-policy allkeys-lfu', 'SET a b', 'OBJECT IDLETIME a'],
    [E.objectFreqWithoutLfu, 'CONFIG SET maxmemory-policy noeviction', 'SET a b', 'OBJECT FREQ a'],
    [E.dumpPayload, 'RESTORE nokey 0 x'],
    [E.restoreTtl, 'RESTORE nokey -1 x'],
    [E.restoreIdletime, 'RESTORE nokey 0 x IDLETIME -1'],
    [E.restoreFreq, 'RESTORE nokey 0 x FREQ 256'],
    [E.busyKey, 'SET a b', 'RESTORE a 0 x'],
    [E.migrateKeys, 'MIGRATE h 1 k 0 1 KEYS a'],
    [E.sortNotDouble, 'RPUSH l a', 'SORT l'],
  ],
  functions: [
    [E.functionBadKeyCount, LIBRARY, 'FCALL f x'],
    [E.functionCompile("user_function:2: unexpected symbol near '<eof>'"), library('#!lua name=l\nsyntax(')],
    [E.functionEngine('foo'), library('#!foo name=l\nreturn 1')],
    [E.functionExists('f'), LIBRARY, library('#!lua name=l\nredis.register_function("f", function() return 1 end)')],
    [E.functionFlushOption, 'FUNCTION FLUSH FOO'],
    [E.functionLibraryExists('lib'), LIBRARY, LIBRARY],
    [E.functionLibraryName, library('#!lua name=l-2\nreturn 1')],
    [E.functionListNameMissing, 'FUNCTION LIST LIBRARYNAME'],
    [E.functionListOption('FOO'), 'FUNCTION LIST FOO'],
    [E.functionLoadOption('FOO'), 'FUNCTION LOAD FOO x'],
    [E.functionMetadata, library('#!lua')],
    [E.functionMetadataMissing, library('x')],
    [E.functionMetadataNameMissing, library('#!lua \nreturn 1')],
    [E.functionMetadataNameTwice, library('#!lua name=a name=b\nreturn 1')],
    [E.functionMetadataValue('foo=a'), library('#!lua foo=a\nreturn 1')],
    [E.functionNoneRegistered, library('#!lua name=l\nreturn 1')],
    [E.functionNotFound, 'FCALL nofunction 0'],
    [E.functionNoLibrary, 'FUNCTION DELETE nolibrary'],
    [E.functionRestorePolicy, 'FUNCTION RESTORE x FOO'],
  ],
  geo: [
    [E.countNotPositive, 'GEORADIUS g 1 1 1 m COUNT 0'],
    [E.geoAnyWithoutCount, 'GEORADIUS g 1 1 1 m ANY'],
    [E.geoBoxNegative, 'GEOSEARCH g FROMLONLAT 1 1 BYBOX -1 1 m'],
    [E.geoBoxHeight, 'GEOSEARCH g FROMLONLAT 1 1 BYBOX 1 x m'],
    [E.geoBoxWidth, 'GEOSEARCH g FROMLONLAT 1 1 BYBOX x 1 m'],
    [E.geoFrom('GEOSEARCH'), 'GEOSEARCH g BYRADIUS 1 m ASC WITHDIST WITHHASH'],
    [E.geoBy('GEOSEARCH'), 'GEOADD g 1 1 a', 'GEOSEARCH g FROMMEMBER a ASC WITHDIST WITHHASH'],
    [E.geoInvalidPair(200, -1.5), 'GEOADD g 200 -1.5 a'],
    [E.geoInvalidPair(1e22, 0), 'GEOADD g 1e22 0 a'],
    [E.geoInvalidPair(Number.NEGATIVE_INFINITY, 0), 'GEOADD g -inf 0 a'],
    [E.geoNoMember, 'GEOADD g 1 1 a', 'GEORADIUSBYMEMBER g nomember 1 m'],
    [E.geoRadius, 'GEORADIUS g 1 1 x m'],
    [E.geoRadiusNegative, 'GEORADIUS g 1 1 -1 m'],
    [E.geoStoreWith('STORE option in GEORADIUS'), 'GEORADIUS g 1 1 1 m STORE d WITHDIST'],
    [E.geoStoreWith('GEOSEARCHSTORE'), 'GEOSEARCHSTORE d g FROMLONLAT 1 1 BYRADIUS 1 m WITHDIST'],
    [E.geoUnit, 'GEODIST g a b X'],
  ],
  'hashes, lists, sorted sets, hyperloglog': [
    [E.hashValueNotInteger, 'HSET h f v', 'HINCRBY h f 1'],
    [E.hashValueNotFloat, 'HSET h f v', 'HINCRBYFLOAT h f 1'],
    [E.countNegative, 'LPOS l a COUNT -1'],
    [E.maxlenNegative, 'LPOS l a MAXLEN -1'],
    [E.rankZero, 'LPOS l a RANK 0'],
    [E.hllNotOne, ['SET', 'nohll', `HYLL${'x'.repeat(8)}`], 'PFADD nohll a'],
    [E.hllNoKey, 'PFDEBUG GETREG nokey'],
    [E.hllDebug('FOO'), 'PFADD hll a', 'PFDEBUG FOO hll'],
    [E.nxXx, 'ZADD z NX XX 1 a'],
    [E.gtLtNx, 'ZADD z GT LT 1 a'],
    [E.incrSinglePair, 'ZADD z INCR 1 a 2 b'],
    [E.scoreNan, 'ZADD z inf a', 'ZINCRBY z -inf a'],
    [E.minMaxNotFloat, 'ZRANGEBYSCORE z a b'],
    [E.minMaxNotString, 'ZRANGEBYLEX z a b'],
    [E.limitNotWithRank, 'ZRANGE z 0 1 LIMIT 0 1'],
    [E.withScoresNotWithLex, 'ZRANGE z [a [b BYLEX WITHSCORES'],
    [E.weightNotFloat, 'ZUNION 1 z WEIGHTS x'],
  ],
  replication: [
    [E.invalidMasterPort, 'REPLICAOF a b'],
    [E.failoverNone, 'FAILOVER ABORT'],
    [E.failoverNoReplicas, 'FAILOVER'],
    [E.failoverTimeout, 'FAILOVER TIMEOUT 0'],
  ],
  scripting: [
    [E.scriptArguments, pcall('{}')],
    [E.scriptArity, pcall('"get"')],
    [E.scriptCompile("user_script:1: unexpected symbol near '<eof>'"), script('return redis.call(')],
    [E.scriptDebug, 'SCRIPT DEBUG FOO'],
    [E.scriptEngine('#!js'), script('#!js\nreturn 1')],
    [E.scriptFlag('foo'), script('#!lua flags=foo\nreturn 1')],
    [E.scriptFlushOption, 'SCRIPT FLUSH FOO'],
    [E.scriptKeysNegative, 'EVAL x -1'],
    [E.numkeysTooMany, 'EVAL x 1'],
    [E.scriptNoArguments, pcall('')],
    [E.scriptNoCommand, pcall('"foo"')],
    [E.scriptNoPermCommand, 'ACL SETUSER s on nopass ~a +@all -get', 'AUTH s x', pcall('"get", "a"')],
    [E.scriptNoPermKey, 'ACL SETUSER s on nopass ~a +@all -get', 'AUTH s x', pcall('"set", "b", 1')],
    [E.scriptNoScript, 'EVALSHA x 0'],
    [E.scriptNotAllowed, pcall('"multi"')],
    [E.scriptNotBusy, 'SCRIPT KILL'],
    [E.scriptOption('foo=bar'), script('#!lua foo=bar\nreturn 1')],
    [E.scriptReadOnly, script('#!lua flags=no-writes\nreturn redis.pcall("set", "a", "b")')],
    [E.scriptShebang, script('#!lua')],
    [E.scriptWriteInReadOnly, ['EVAL_RO', '#!lua\nreturn 1', '0']],
  ],
  'server state': [
    [E.noConfigFile, 'CONFIG REWRITE'],
    [E.noShutdownInProgress, 'SHUTDOWN ABORT'],
    [E.debugProtocol, 'DEBUG PROTOCOL foo'],
    [E.latencyNoSamples('foo'), 'LATENCY GRAPH foo'],
    [E.moduleNotAllowed, 'MODULE LOAD a'],
    [E.slowlogCount, 'SLOWLOG GET -2'],
    [E.oom, 'CONFIG SET maxmemory 1', 'SET a b'],
    [E.noReplicas, 'CONFIG SET maxmemory 0', 'CONFIG SET min-replicas-to-write 1', 'SET a b'],
    [E.invalidArguments, 'CONFIG SET min-replicas-to-write 0', 'COMMAND GETKEYS ZUNION 5 a'],
    [E.invalidCommand, 'COMMAND GETKEYS nocommand a'],
    [E.invalidNumberOfArguments, 'COMMAND GETKEYS GET a b'],
    [E.noKeyArguments, 'COMMAND GETKEYS PING a'],
  ],
  streams: [
    [E.streamIdInvalid, 'XADD x foo a b'],
    [E.streamIdZero, 'XADD x 0-0 a b'],
    [E.streamIdSmaller, 'XADD y 5-5 a b', 'XADD y 5-5 a b'],
    [E.streamIdExhausted, 'XADD e 18446744073709551615-18446744073709551615 a b', 'XADD e * a b'],
    [E.streamStartId, 'XRANGE y (18446744073709551615-18446744073709551615 +'],
    [E.streamEndId, 'XRANGE y - (0-0'],
    [E.streamSetIdSmaller, 'XADD y 6-5 a b', 'XSETID y 1-1'],
    [E.streamSetIdEntries, 'XADD y 6-5 a b', 'XSETID y 9-9 ENTRIESADDED -1 MAXDELETEDID 0-0'],
    [E.streamSetIdMaxDeleted, 'XADD y 6-5 a b', 'XSETID y 9-9 ENTRIESADDED 9 MAXDELETEDID 10-0'],
    [E.streamSetIdEntriesBelowLength, 'XADD y 6-5 a b', 'XSETID y 9-9 ENTRIESADDED 0 MAXDELETEDID 0-0'],
    [E.streamMaxlenMinid, 'XADD x MAXLEN 1 MINID 1 * a b'],
    [E.streamMaxlenNegative, 'XADD x MAXLEN -1 * a b'],
    [E.streamLimitNegative, 'XADD x MAXLEN ~ 1 LIMIT -1 * a b'],
    [E.streamLimitWithoutApprox, 'XADD x MAXLEN 1 LIMIT 1 * a b'],
    [E.streamLimitWithoutTrim, 'XADD x LIMIT 1 * a b'],
    [E.streamUnbalanced('XREAD'), 'XREAD STREAMS x y 1'],
    [E.streamUnbalanced('XREAD'), 'XREADGROUP GROUP g c STREAMS x y >'],
    [E.streamBusyGroup, 'XGROUP CREATE y g $ MKSTREAM', 'XGROUP CREATE y g $'],
    [E.streamClaimMinIdle('XCLAIM'), 'XGROUP CREATE y g $ MKSTREAM', 'XCLAIM y g c x 1-1'],
    [E.streamClaimMinIdle('XAUTOCLAIM'), 'XGROUP CREATE y g $ MKSTREAM', 'XAUTOCLAIM y g c x 1-1'],
    [E.streamClaimOption('IDLE'), 'XGROUP CREATE y g $ MKSTREAM', 'XCLAIM y g c 0 1-1 IDLE x'],
    [E.streamClaimOption('RETRYCOUNT'), 'XGROUP CREATE y g $ MKSTREAM', 'XCLAIM y g c 0 1-1 RETRYCOUNT x'],
    [E.streamClaimUnknown('foo'), 'XGROUP CREATE y g $ MKSTREAM', 'XCLAIM y g c 0 foo'],
    [E.countNotPositive, 'XGROUP CREATE y g $ MKSTREAM', 'XAUTOCLAIM y g c 0 0 COUNT 0'],
    [E.streamEntriesRead, 'XGROUP CREATE y g $ MKSTREAM', 'XGROUP CREATE y g2 $ ENTRIESREAD -2'],
    [E.streamGroupInXread, 'XREAD GROUP g c STREAMS y 0'],
    [E.streamGroupMissing, 'XGROUP CREATE y g $ MKSTREAM', 'XREADGROUP COUNT 1 NOACK BLOCK 0 STREAMS y >'],
    [E.streamGroupNeedsKey, 'XGROUP CREATE nokey g $'],
    [E.streamGreaterInXread, 'XREAD STREAMS y >'],
    [E.streamDollarInXreadgroup, 'XGROUP CREATE y g $ MKSTREAM', 'XREADGROUP GROUP g c STREAMS y $'],
    [E.streamNoackInXread, 'XREAD NOACK STREAMS y 0'],
    [E.streamNoGroup('y', 'nogroup'), 'XGROUP CREATE y g $ MKSTREAM', 'XPENDING y nogroup'],
    [E.streamNoGroupToRead('y', 'nogroup'), 'XGROUP CREATE y g $ MKSTREAM', 'XREADGROUP GROUP nogroup c STREAMS y >'],
    [E.streamNoGroupForKey('nogroup', 'y'), 'XGROUP CREATE y g $ MKSTREAM', 'XGROUP SETID y nogroup $'],
  ],
  'strings and counters': [
    [E.overflow, 'SET n 9223372036854775807', 'INCR n'],
    [E.decrementOverflow, 'DECRBY n -9223372036854775808'],
    [E.nanOrInfinity, 'SET n 1', 'INCRBYFLOAT n inf'],
    [E.valueNanOrInfinity, 'HINCRBYFLOAT h g inf'],
    [E.offsetOutOfRange, 'SETRANGE a -1 x'],
    [E.stringTooLong, 'SETRANGE a 536870912 x'],
    [E.lcsLenAndIdx, 'LCS a b LEN IDX'],
    [E.lcsNotStrings, 'RPUSH l a', 'LCS a l'],
  ],
  transactions: [
    [E.nestedMulti, 'MULTI', 'MULTI'],
    [E.execWithoutMulti, 'EXEC'],
    [E.discardWithoutMulti, 'DISCARD'],
    [E.watchInsideMulti, 'MULTI', 'WATCH a'],
    [E.notInMulti, 'MULTI', 'SHUTDOWN'],
    [E.execAbort, 'MULTI', 'foo', 'EXEC'],
  ],
}

describeWithRedis('error texts are those of redis-server', () => {
  let redis: RedisProcess
  beforeAll(async () => {
    redis = await startRedis({ config: { 'enable-debug-command': 'yes' } })
  })
  afterAll(() => redis.stop())

  const argv = (line: Line) => (typeof line === 'string' ? splitArguments(line)! : line)

  it.each(Object.entries(cases))('%s', async (_group, rows) => {
    const admin = await redis.client()
    for (const [error, ...lines] of rows) {
      await admin.pipeline([['FLUSHALL'], ['FUNCTION', 'FLUSH']])
      const client = await redis.client()
      let reply = ''
      for (const line of lines) reply = await client.raw(...argv(line))
      expect([lines, reply]).toEqual([lines, `-${error.message}\r\n`])
      await client.close()
    }
  })
})

describeWithRedis('error texts of a replica and of a locked server', () => {
  it('are those of redis-server', async () => {
    const redis = await startRedis({ config: { requirepass: 'secret' } })
    const client = await redis.client()
    const reply = (line: string) => client.raw(...line.split(' '))
    try {
      expect(await reply('GET a')).toBe(`-${E.noAuth.message}\r\n`)
      expect(await reply('HELLO 3')).toBe(`-${E.helloNoAuth.message}\r\n`)
      expect(await reply('AUTH secret')).toBe('+OK\r\n')
      expect(await reply('DEBUG SLEEP 0')).toBe(`-${E.debugNotAllowed.message}\r\n`)
      // Nothing listens on port 1, so the link stays down.
      expect(await reply('REPLICAOF 127.0.0.1 1')).toBe('+OK\r\n')
      expect(await reply('SET a b')).toBe(`-${E.readonlyReplica.message}\r\n`)
      expect(await reply('WAIT 0 0')).toBe(`-${E.waitOnReplica.message}\r\n`)
      expect(await reply('FAILOVER')).toBe(`-${E.failoverOnReplica.message}\r\n`)
      expect(await reply('PSYNC ? -1')).toBe(`-${E.noMasterLink.message}\r\n`)
      expect(await reply('CONFIG SET replica-serve-stale-data no')).toBe('+OK\r\n')
      expect(await reply('GET a')).toBe(`-${E.masterDown.message}\r\n`)
    } finally {
      await redis.stop()
    }
  })
})
