import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/cli/command-line.ts'
import { run, type StartOptions, scratch, withBoth } from '../config/support.ts'
import { describeWithRedis } from '../support/redis-oracle.ts'

interface Case {
  readonly name: string
  /** `base` places the words for port and directory, so that `-` and files can come first or last. */
  readonly words: (base: readonly string[]) => readonly string[]
  readonly options?: StartOptions
  readonly get: readonly string[]
  /** What must come out, where the point of the case is not plain from both being equal. */
  readonly expected?: Readonly<Record<string, string>>
}

const FILES = {
  'redis.conf': 'save 900 1\ntimeout 1\nmasterauth "from the file"\n',
  'other.conf': 'timeout 2\n',
}

const CASES: readonly Case[] = [
  {
    name: 'a file, then directives: the last wins, but save points add up',
    words: (base) => ['redis.conf', ...base, '--timeout', '5', '--save', '300', '10'],
    get: ['timeout', 'save', 'masterauth'],
    expected: { timeout: '5', save: '900 1 300 10', masterauth: 'from the file' },
  },
  {
    name: 'save points as words, as one word, and none',
    words: (base) => [...base, '--save', '900', '1', '300', '10', '--save', '60 5 50 6'],
    get: ['save'],
    expected: { save: '900 1 300 10 60 5 50 6' },
  },
  {
    name: "--save '' takes them away, later ones count again",
    words: (base) => ['redis.conf', '--save', '', ...base, '--save', '5 6'],
    get: ['save'],
    expected: { save: '5 6' },
  },
  {
    name: '--save without anything before another directive, and at the end',
    words: (base) => ['--save', ...base, '--timeout', '9', '--save'],
    get: ['save', 'timeout'],
    expected: { save: '', timeout: '9' },
  },
  {
    name: 'a directive and its value in one argument',
    words: (base) => [...base, '--timeout 7', '--masterauth "a b"', '--save 1 2'],
    get: ['timeout', 'masterauth', 'save'],
    expected: { timeout: '7', masterauth: 'a b', save: '1 2' },
  },
  {
    name: 'a value that looks like a directive',
    words: (base) => ['--masterauth', '--timeout', ...base, '--masteruser', '-', '--timeout', '8'],
    get: ['masterauth', 'masteruser', 'timeout'],
    expected: { masterauth: '--timeout', masteruser: '-', timeout: '8' },
  },
  {
    name: 'quotes, white space and bytes of a value stay what they are',
    words: (base) => [...base, '--masterauth', 'a "b" \\ \'c\' # \t', '--masteruser', 'п\u00e9', '--syslog-ident', ''],
    get: ['masterauth', 'masteruser', 'syslog-ident'],
  },
  {
    name: 'repeated, in any letters, by an alias',
    words: (base) => [...base, '--TIMEOUT', '3', '--timeout', '4', '--slave-priority', '1', '--Replica-Priority', '2'],
    get: ['timeout', 'replica-priority'],
    expected: { timeout: '4', 'replica-priority': '2' },
  },
  {
    name: 'directives of several words',
    words: (base) => [
      ...base,
      '--client-output-buffer-limit',
      'normal 1mb 2mb 3',
      '--client-output-buffer-limit',
      'pubsub',
      '4mb',
      '5mb',
      '6',
      'replica',
      '0',
      '0',
      '0',
      '--oom-score-adj-values',
      '1',
      '2',
      '3',
      '--shutdown-on-sigterm',
      'nosave now',
      '--latency-tracking-info-percentiles',
      '50',
      '75.5',
    ],
    get: ['client-output-buffer-limit', 'oom-score-adj-values', 'shutdown-on-sigterm', 'latency-tracking-info-p*'],
  },
  {
    name: 'replicaof in one argument and in two, and taken back',
    words: (base) => [...base, '--replicaof', '127.0.0.1 1', '--slaveof', '127.0.0.2', '2', '--replicaof', 'no', 'one'],
    get: ['replicaof', 'slaveof'],
    expected: { replicaof: '', slaveof: '' },
  },
  {
    name: 'standard input first',
    words: (base) => ['-', ...base, '--maxclients', '300'],
    options: { input: 'timeout 11\nmaxclients 200\n' },
    get: ['timeout', 'maxclients'],
    expected: { timeout: '11', maxclients: '300' },
  },
  {
    name: 'a file, directives, and standard input last: read before the directives',
    words: (base) => ['redis.conf', ...base, '--maxclients', '300', '-'],
    options: { input: 'timeout 11\nmaxclients 200\nsave 5 5' },
    get: ['timeout', 'maxclients', 'save'],
    expected: { timeout: '11', maxclients: '300', save: '900 1 5 5' },
  },
  {
    name: 'include',
    words: (base) => ['redis.conf', '--timeout', '3', '--include', 'other.conf', ...base],
    get: ['timeout'],
    expected: { timeout: '2' },
  },
]

describeWithRedis('the command line means what it means to redis-server', () => {
  it.each(CASES.map((one) => [one.name, one] as const))('%s', async (_, { words, options, get, expected }) => {
    const { path, remove } = scratch(FILES)
    try {
      const both = { ...options, cwd: path }
      await withBoth(
        words,
        async (keyper, redis) => {
          const ours = await keyper.get(...get)
          expect(ours).toEqual(await redis.get(...get))
          if (expected !== undefined) expect(ours).toEqual(expected)
        },
        both,
      )
    } finally {
      remove()
    }
  })

  /** Both end with exit code 1; Keyper says why in one line on standard error. */
  const REFUSED: readonly (readonly [argv: readonly string[], says: string])[] = [
    [['--port', 'abc'], "command line: port abc: argument couldn't be parsed into an integer"],
    [['--port', '70000'], 'argument must be between 0 and 65535 inclusive'],
    [['--port'], 'port: wrong number of arguments'],
    [['--port', '--timeout', '5'], 'port --timeout 5: wrong number of arguments'],
    [['--port', '0'], 'not listen anywhere'],
    [['nofile.conf'], "can't open config file"],
    [['nofile.conf', '--port', '1'], 'no such file'],
    [['--unknown', 'x'], "unknown directive 'unknown'"],
    [['--unknown'], "unknown directive 'unknown'"],
    [['-p', '7000'], "unknown directive '-p'"],
    [['--timeout', '1', '--version'], "unknown directive 'version'"],
    [['--', '--port', '1'], "unknown directive '--port'"],
    [['--save', '900'], 'Invalid save parameters'],
    [['--save', '900', '1', '300'], 'Invalid save parameters'],
    [['--save', 'x y'], 'Invalid save parameters'],
    [['--client-output-buffer-limit', 'normal', '1'], 'Wrong number of arguments in buffer limit configuration.'],
    [['--client-output-buffer-limit', ''], 'Wrong number of arguments in buffer limit configuration.'],
    [['--requirepass'], 'requirepass: wrong number of arguments'],
    [['--requirepass', 'a', 'b'], 'requirepass a b: wrong number of arguments'],
    [['--maxmemory', '1x'], 'argument must be a memory value'],
    [['--dir', '/nowhere/at/all'], 'dir /nowhere/at/all: no such directory'],
    [['--dir', '/etc/passwd'], 'dir /etc/passwd: not a directory'],
    [['--replicaof', '127.0.0.1'], 'wrong number of arguments'],
    [['--replicaof', '127.0.0.1 x'], 'Invalid master port'],
    [['--masterauth "open'], 'unbalanced quotes'],
    [['--bind', '203.0.113.7', '--port', '1'], 'Could not listen on 203.0.113.7:1: this machine has no such address'],
    [['--bind', '-203.0.113.7', '--port', '1'], 'not listen anywhere'],
    [['--bind', '', '--port', '1'], 'not listen anywhere'],
    [['--unixsocket', '/nowhere/at/all.sock', '--port', '0'], 'Could not listen on /nowhere/at/all.sock'],
  ]
  it.each(REFUSED)('refuses %j', async (argv, says) => {
    const { path, remove } = scratch()
    try {
      const [keyper, redis] = await Promise.all([run('keyper', argv, { cwd: path }), run('redis', argv, { cwd: path })])
      expect([keyper.code, redis.code]).toEqual([1, 1])
      expect(keyper.stderr).toMatch(/^keyper: [^\n]+\n$/)
      expect(keyper.stderr).toContain(says)
    } finally {
      remove()
    }
  })
})

describe('readCommandLine', () => {
  it('takes --name=value too, of directives it knows', () => {
    expect(readCommandLine(['--port=7000', '--masterauth=a=b "c"', '--nosuch=1'])).toEqual({
      file: null,
      stdin: false,
      lines: ['port "7000"', 'masterauth "a=b \\"c\\""', 'nosuch=1'],
    })
  })

  it('refuses to be a Sentinel', async () => {
    for (const argv of [['--sentinel'], ['x.conf', '--sentinel', '--port', '1'], ['--sentinel', '--port', '1']]) {
      const { path, remove } = scratch({ 'x.conf': '' })
      const { code, stderr } = await run('keyper', argv, { cwd: path })
      remove()
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^keyper: command line: sentinel[^\n]*there is no Sentinel in Keyper[^\n]*redis-sentinel[^\n]*\n$/,
      )
    }
  })

  it('shows help and version, when they are asked first', async () => {
    for (const argument of ['--help', '-h']) {
      const { code, stdout, stderr } = await run('keyper', [argument, '--port', 'x'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain('Usage: keyper [path/to/redis.conf | -] [--directive value ...]')
    }
    for (const argument of ['--version', '-v']) {
      const { code, stdout, stderr } = await run('keyper', [argument])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Keyper server v=\d+\.\d+\.\d+ redis=7\.2\.\d+ node=\S+ bits=64\n$/)
    }
  })
})
