import { dumpFunctions } from '../../src/rdb/functions.ts'
import type { Line } from '../support/parity.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { parityTests } from './support.ts'

const load = (code: string, ...options: string[]): Line => ['FUNCTION', 'LOAD', ...options, code]
const library = (name: string, body: string, ...options: string[]): Line =>
  load(`#!lua name=${name}\n${body}`, ...options)
const registers = (name: string, body = 'return 1') =>
  `redis.register_function('${name}', function(keys, args) ${body} end)`

/** What FUNCTION DUMP gives for a library `a` with a function `f`. */
const RESTORED = Buffer.from(dumpFunctions([`#!lua name=a\n${registers('f')}`]), 'latin1')

describeWithRedis('functions behave as those of redis-server', () => {
  const same = parityTests(['FUNCTION'])

  same('FUNCTION LOAD', [
    'FUNCTION FLUSH',
    library('a', registers('f')),
    library('a', registers('f')),
    library('a', registers('f', 'return 2'), 'REPLACE'),
    library('b', registers('f')),
    library('b', registers('g')),
    library('a', registers('g'), 'replace'),
    'FCALL f 0',
    'FCALL F 0',
    'FCALL g 0',
    'FCALL nosuch 0',
    'FCALL f',
    'FCALL f x',
    'FCALL f 1',
    'FCALL f -1',
    'FUNCTION LIST',
    'FUNCTION LIST LIBRARYNAME a*',
    'FUNCTION LIST LIBRARYNAME A WITHCODE',
    'FUNCTION LIST WITHCODE WITHCODE',
    'FUNCTION LIST LIBRARYNAME',
    'FUNCTION LIST nosuch',
    'FUNCTION STATS',
    'FUNCTION DELETE a',
    'FUNCTION DELETE a',
    'FUNCTION STATS',
    'FUNCTION LOAD',
    'FUNCTION LOAD x y',
    'FUNCTION LOAD REPLACE REPLACE x',
    load('return 1'),
    load('#!lua'),
    load('#!lua\nreturn 1'),
    load('#!js name=x\nreturn 1'),
    load('#!lua name=x name=y\nreturn 1'),
    load('#!lua foo=x\nreturn 1'),
    load('#!lua name=a-b\nreturn 1'),
    load('#!lua name=\nreturn 1'),
    load('#!LUA name=upper\n' + registers('upper')),
    load('#!lua name="quoted"\n' + registers('quoted')),
    load('#!lua name="unbalanced\n' + registers('quoted')),
    load('#! name=x\nreturn 1'),
    load('#!\nreturn 1'),
    ...[
      '',
      'return 1',
      'syntax error',
      "error('at load')",
      'error({err="MY error"})',
      'redis.call("ping")',
      'local x = string.format("x")',
      'nosuch()',
      'x = 1',
      'redis.x = 1',
      'redis.register_function()',
      'redis.register_function("a", "b", "c")',
      'redis.register_function("a")',
      'redis.register_function("a", "b")',
      'redis.register_function(function() end, "b")',
      'redis.register_function({}, function() end)',
      'redis.register_function("a-b", function() end)',
      'redis.register_function("", function() end)',
      'redis.register_function(12, function() end)',
      'redis.register_function("n", function() end) redis.register_function("n", function() end)',
      'redis.register_function{}',
      'redis.register_function{function_name="x"}',
      'redis.register_function{callback=function() end}',
      'redis.register_function{function_name="x", callback=1}',
      'redis.register_function{function_name={}, callback=function() end}',
      'redis.register_function{function_name="x", callback=function() end, flags=1}',
      'redis.register_function{function_name="x", callback=function() end, flags={"nosuch"}}',
      'redis.register_function{function_name="x", callback=function() end, flags={1}}',
      'redis.register_function{function_name="x", callback=function() end, description=function() end}',
      'redis.register_function{function_name="x", callback=function() end, foo=1}',
      'redis.register_function{[{}]=1}',
      'redis.log(redis.LOG_DEBUG, "x")',
    ].flatMap((body): Line[] => ['FUNCTION FLUSH', library('x', body)]),
    'FUNCTION LIST',
    library(
      'y',
      'redis.register_function{function_name="x", description="what x does", callback=function(keys, args) return {keys, args, #keys} end, flags={"no-writes", "allow-oom", "allow-stale"}}',
    ),
    'FUNCTION LIST',
    'FCALL x 2 a b c d',
    'FCALL_RO x 1 a b',
    'FCALL_RO nosuch 0',
    'FUNCTION FLUSH SYNC',
    'FUNCTION FLUSH ASYNC',
    'FUNCTION FLUSH nosuch',
    'FUNCTION FLUSH SYNC SYNC',
    'FUNCTION nosuch',
    'FUNCTION KILL',
  ])

  same('FCALL', [
    'FUNCTION FLUSH',
    library(
      'lib',
      `local counter = 0
       redis.register_function('count', function() counter = counter + 1 return counter end)
       redis.register_function('set', function(keys, args) return redis.call('set', keys[1], args[1]) end)
       redis.register_function('get', function(keys) return redis.call('get', keys[1]) end)
       redis.register_function{function_name='ro', callback=function(keys) return redis.call('get', keys[1]) end, flags={'no-writes'}}
       redis.register_function{function_name='bad', callback=function(keys) return redis.call('set', keys[1], 1) end, flags={'no-writes'}}
       redis.register_function('fails', function()
         error('it fails')
       end)
       redis.register_function('table', function() error({err='MY error'}) end)
       redis.register_function('nosuch', function() return nosuchglobal end)
       redis.register_function('global', function() x = 1 end)
       redis.register_function('keys', function() return KEYS end)
       redis.register_function('env', function() return type(string.format) .. type(cjson) .. type(redis.call) end)
       redis.register_function('reg', function() redis.register_function('z', function() end) end)
       redis.register_function('resp', function() redis.setresp(3) return redis.call('hgetall', 'h') end)
       redis.register_function('set_api', function() redis.call = nil end)
       redis.register_function('many', function(keys, args) return {#keys, #args, keys[1], args[2]} end)`,
    ),
    'FCALL count 0',
    'FCALL count 0',
    'FCALL set 1 k v',
    'FCALL get 1 k',
    'FCALL_RO get 1 k',
    'FCALL_RO ro 1 k',
    'FCALL ro 1 k',
    'FCALL bad 1 k',
    'FCALL_RO bad 1 k',
    'FCALL_RO set 1 k v',
    'FCALL fails 0',
    'FCALL table 0',
    'FCALL nosuch 0',
    'FCALL global 0',
    'FCALL keys 0',
    'FCALL env 0',
    'FCALL reg 0',
    'HSET h f v',
    'FCALL resp 0',
    'FCALL set_api 0',
    'FCALL many 2 a b c d e',
    'MULTI',
    'FCALL set 1 k w',
    'FCALL get 1 k',
    'EXEC',
    ['EVAL', "return redis.call('fcall', 'get', 1, 'k')", '0'],
    ['EVAL', "return redis.call('function', 'list')", '0'],
    'FUNCTION DELETE lib',
    'FCALL count 0',
  ])

  same('FUNCTION DUMP and RESTORE', [
    'FUNCTION FLUSH',
    'FUNCTION DUMP',
    library('a', registers('f')),
    'FUNCTION DUMP',
    'FUNCTION RESTORE x',
    'FUNCTION RESTORE',
    'FUNCTION RESTORE x y z',
    ['FUNCTION', 'RESTORE', 'x', 'nosuch'],
    'FUNCTION DELETE a',
    ...['', 'APPEND', 'REPLACE', 'FLUSH'].flatMap((policy): Line[] => [
      ['FUNCTION', 'RESTORE', RESTORED, ...(policy === '' ? [] : [policy])],
      ['FUNCTION', 'RESTORE', RESTORED, ...(policy === '' ? [] : [policy])],
      'FUNCTION LIST',
      library('other', registers('f'), 'REPLACE'),
    ]),
    'FUNCTION DELETE a',
    library('other', registers('f')),
    ['FUNCTION', 'RESTORE', RESTORED],
    ['FUNCTION', 'RESTORE', RESTORED, 'REPLACE'],
    'FUNCTION LIST',
    ['FUNCTION', 'RESTORE', RESTORED, 'FLUSH'],
    'FUNCTION LIST WITHCODE',
  ])
})
