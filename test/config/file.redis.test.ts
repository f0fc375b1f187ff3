import { expect, it } from 'vitest'
import { describeWithRedis } from '../support/redis-oracle.ts'
import { run, scratch, withBoth } from './support.ts'

/** Values as redis.conf writes them, given to directives that keep any text. */
const QUOTING: readonly string[] = [
  'plain',
  '"two \xe9\xff words"',
  "'single quoted'",
  "'it\\'s'",
  '"a\\"b"',
  '"\\x41\\xfe\\n\\t\\\\"',
  '"\\q\\z"',
  '"\\xZZ"',
  'pre"fix and quoted"',
  "pre'fix and quoted'",
  '""',
  'back\\slash',
  'hash#inside',
  '"# not a comment"',
  '$HOME',
  '  spaced   ',
  "'\\n stays'",
  'a-b."c"',
]
const TEXTS: readonly string[] = [
  'masterauth',
  'masteruser',
  'replica-announce-ip',
  'cluster-announce-ip',
  'syslog-ident',
  'ignore-warnings',
  'tls-ciphers',
  'tls-ciphersuites',
  'tls-protocols',
  'tls-key-file-pass',
  'tls-client-key-file-pass',
  'tls-cert-file',
  'tls-key-file',
  'tls-client-cert-file',
  'tls-client-key-file',
  'tls-dh-params-file',
  'tls-ca-cert-file',
  'cluster-announce-hostname',
]

describeWithRedis('redis.conf reads as redis-server reads it', () => {
  it('quotes', async () => {
    const lines = QUOTING.map((value, i) => `${TEXTS[i]} ${value}`)
    const { path, remove } = scratch({ 'redis.conf': `${lines.join('\n')}\n` })
    try {
      await withBoth(
        (base) => [`${path}/redis.conf`, ...base],
        async (keyper, redis) => {
          expect(await keyper.get(...TEXTS)).toEqual(await redis.get(...TEXTS))
        },
      )
    } finally {
      remove()
    }
  })

  it('comments, blank lines, letters of any case, carriage returns, aliases, repeats, units, lists', async () => {
    const content = [
      '# a comment',
      '',
      '   # an indented one',
      '\t TimeOut   12  \r',
      'SLAVE-PRIORITY 7',
      'maxmemory 1mb',
      'maxmemory 3gb',
      'save 900 1',
      'save 300 10 60 10000',
      'client-output-buffer-limit normal 1mb 0 0',
      'client-output-buffer-limit "pubsub 2mb 1mb 5"',
      'notify-keyspace-events ""',
      'oom-score-adj-values 1 2 3',
      'latency-tracking-info-percentiles 10 20.5',
      'shutdown-on-sigint nosave now',
      'list-max-ziplist-entries 512',
      'lua-replicate-commands yes',
      'hz 5000',
      'unixsocketperm 0700',
      'appendfilename "my.aof"',
      'user default on nopass sanitize-payload ~* &* +@all',
      'rename-command FLUSHALL ""',
      'rename-command DEBUG HIDDEN',
      'bind-source-addr 127.0.0.1',
      'maxmemory-clients 10%',
      '"timeout" "13"',
      '# the last line has no end',
      'maxclients 200',
    ].join('\n')
    const names = [
      'timeout',
      'replica-priority',
      'maxmemory',
      'save',
      'client-output-buffer-limit',
      'notify-keyspace-events',
      'oom-score-adj-values',
      'latency-tracking-info-percentiles',
      'shutdown-on-sigint',
      'hz',
      'unixsocketperm',
      'appendfilename',
      'bind-source-addr',
      'maxmemory-clients',
      'maxclients',
    ]
    const { path, remove } = scratch({ 'redis.conf': content })
    try {
      await withBoth(
        (base) => [`${path}/redis.conf`, ...base],
        async (keyper, redis) => {
          expect(await keyper.get(...names)).toEqual(await redis.get(...names))
          for (const line of [['FLUSHALL'], ['HIDDEN', 'JMAP'], ['DEBUG', 'SLEEP', '0'], ['hidden', 'sleep', '0']]) {
            const [ours, theirs] = await Promise.all([keyper.client.command(...line), redis.client.command(...line)])
            if (line[1] !== 'JMAP') expect(ours).toEqual(theirs)
          }
        },
      )
    } finally {
      remove()
    }
  })

  it('includes: order, wildcards, names relative to the directory in force', async () => {
    const { path, remove } = scratch({
      'first.conf': 'timeout 1\nmaxclients 101\n',
      'a.conf': 'timeout 2\n',
      'b.conf': 'timeout 3\ninclude nested.inc\n',
      '.hidden.conf': 'timeout 99\n',
      'nested.inc': 'hz 33\n',
      'redis.conf': [
        'maxclients 100',
        'include first.conf',
        'include ./[ab].c?nf',
        'include nothing-*.conf',
        'include "*.conf.none"',
        'databases 7',
        'include /nowhere*/at/all.conf',
      ].join('\n'),
    })
    const names = ['timeout', 'maxclients', 'hz', 'databases']
    try {
      await withBoth(
        (base) => ['redis.conf', ...base],
        async (keyper, redis) => {
          expect(await keyper.get(...names)).toEqual(await redis.get(...names))
          expect(await keyper.get('hz', 'timeout')).toEqual({ hz: '33', timeout: '3' })
        },
        { cwd: path },
      )
      // `dir` comes before the include that is relative to it; the configuration file itself was found before.
      await withBoth(
        (base) => ['redis.conf', ...base, '--dir', path, '--include', 'a.conf'],
        async (keyper, redis) => {
          expect(await keyper.get('timeout', 'dir')).toEqual(await redis.get('timeout', 'dir'))
        },
        { cwd: path },
      )
      await withBoth(
        (base) => [`${path}/[ab].conf`, ...base, '--dir', path],
        async (keyper, redis) => {
          expect(await keyper.get('timeout')).toEqual(await redis.get('timeout'))
        },
        { cwd: path },
      )
    } finally {
      remove()
    }
  })

  /** Files both refuse; `says` is in the line Keyper writes. */
  const REFUSED: readonly (readonly [content: string, says: string])[] = [
    ['timeout "abc', 'redis.conf:1: unbalanced quotes'],
    ["masterauth 'a'b", 'redis.conf:1: unbalanced quotes'],
    ['# fine\n\ntimeout', 'redis.conf:3: timeout: wrong number of arguments'],
    ['timeout 1 2', 'redis.conf:1: timeout 1 2: wrong number of arguments'],
    ['timeout 1 # no comments here', 'wrong number of arguments'],
    ['timeout x', "argument couldn't be parsed into an integer"],
    ['timeout -1', 'argument must be between 0 and 2147483647 inclusive'],
    ['port 65536', 'argument must be between 0 and 65535 inclusive'],
    ['maxmemory lots', 'argument must be a memory value'],
    ['maxmemory-policy sometimes', 'argument(s) must be one of the following: volatile-lru'],
    ['appendonly maybe', "argument must be 'yes' or 'no'"],
    ['nosuchthing 1', "unknown directive 'nosuchthing'"],
    ['module.setting 1', "unknown directive 'module.setting'"],
    ['save 900', 'Invalid save parameters'],
    ['save 0 1', 'Invalid save parameters'],
    ['save a b', 'Invalid save parameters'],
    ['client-output-buffer-limit normal 1 2', 'Wrong number of arguments in buffer limit configuration.'],
    ['client-output-buffer-limit bad 1 2 3', 'Invalid client class'],
    ['replicaof localhost', 'wrong number of arguments'],
    ['replicaof localhost 70000', 'Invalid master port'],
    ['dbfilename a/b.rdb', "dbfilename can't be a path, just a filename"],
    ['appendfilename ""', "appendfilename can't be empty"],
    ['appenddirname a/b', "appenddirname can't be a path, just a dirname"],
    ['unixsocketperm 888', "argument couldn't be parsed as an octal number"],
    ['unixsocketperm 1000', 'argument must be between 0 and 777 inclusive'],
    ['dir /nowhere/at/all', 'no such directory'],
    ['include missing.conf', "redis.conf:1: can't open config file"],
    ['include a b', 'include'],
    ['rename-command NOSUCH x', 'no such command'],
    ['rename-command GET', 'wrong number of arguments'],
    ['rename-command GET SET', 'there is a command of that name already'],
    ['loadmodule /nowhere.so', 'modules made for Redis cannot be loaded'],
    ['sentinel monitor a 127.0.0.1 1 1', 'there is no Sentinel in Keyper'],
    ['list-max-ziplist-entries', 'Bad directive or wrong number of arguments'],
    ['logfile /nowhere/at/all.log', 'logfile /nowhere/at/all.log'],
    ['user default on >secret nosuchrule', 'user default'],
    ['shutdown-on-sigterm save nosave', "shutdown options SAVE and NOSAVE can't be used simultaneously"],
    ['proc-title-template {nosuch}', 'template format is invalid'],
    ['oom-score-adj-values 1 2', 'wrong number of arguments'],
  ]
  it.each(REFUSED)('refuses %j', async (content, says) => {
    const { path, remove } = scratch({ 'redis.conf': content })
    try {
      const argv = [`${path}/redis.conf`, ...(content.startsWith('port') ? [] : ['--port', '1'])]
      const [keyper, redis] = await Promise.all([run('keyper', argv, { cwd: path }), run('redis', argv, { cwd: path })])
      expect([keyper.code, redis.code]).toEqual([1, 1])
      expect(keyper.stderr).toMatch(/^keyper: [^\n]+\n$/)
      expect(keyper.stderr).toContain(says)
    } finally {
      remove()
    }
  })
})
