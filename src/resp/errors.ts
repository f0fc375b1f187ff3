/** Error replies. Every text a client may see stands here, worded as Redis words it, because clients match on them. */

/** A ready-made error reply. Deliberately not an Error: no stack is captured, so throwing one is cheap. */
export class ReplyError {
  /** The whole line without the leading `-`: a code in capitals, a space, and the text. */
  readonly message: string

  constructor(message: string) {
    this.message = oneLine(message)
  }
}

/** What would end the line, or a C string in a client, becomes a space. */
export function oneLine(text: string): string {
  return /[\r\n\0]/.test(text) ? text.replace(/[\r\n\0]/g, ' ') : text
}

const err = (text: string) => new ReplyError(`ERR ${text}`)

/** Longest part of an unknown command's arguments that is shown back. */
const SHOWN_ARGUMENTS = 128

function unknownCommand(name: string, args: readonly string[]): ReplyError {
  let shown = ''
  for (const arg of args) {
    if (shown.length >= SHOWN_ARGUMENTS) break
    shown += `'${arg.slice(0, SHOWN_ARGUMENTS - shown.length)}' `
  }
  return err(`unknown command '${name.slice(0, SHOWN_ARGUMENTS)}', with args beginning with: ${shown}`)
}

export const E = {
  // Any command
  syntax: err('syntax error'),
  notInteger: err('value is not an integer or out of range'),
  notFloat: err('value is not a valid float'),
  outOfRange: err('value is out of range'),
  mustBePositive: err('value is out of range, must be positive'),
  valueOutOfRange: err('value is out of range'),
  sampleOutOfRange: err('value is out of range, value must between -9223372036854775807 and 9223372036854775807'),
  wrongType: new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value'),
  noSuchKey: err('no such key'),
  indexOutOfRange: err('index out of range'),
  sameObject: err('source and destination objects are the same'),
  internal: err('internal error'),
  arity: (command: string) => err(`wrong number of arguments for '${command}' command`),
  unknownCommand,
  unknownSubcommand: (name: string, container: string) =>
    err(`unknown subcommand '${name.slice(0, SHOWN_ARGUMENTS)}'. Try ${container} HELP.`),
  numkeysZero: err('numkeys should be greater than 0'),
  numkeysTooMany: err("Number of keys can't be greater than number of args"),
  atLeastOneKey: (command: string) => err(`at least 1 input key is needed for '${command}' command`),
  countZero: err('count should be greater than 0'),
  limitNegative: err("LIMIT can't be negative"),
  timeoutNotFloat: err('timeout is not a float or out of range'),
  timeoutNotInteger: err('timeout is not an integer or out of range'),
  timeoutNegative: err('timeout is negative'),
  timeoutOutOfRange: err('timeout is out of range'),
  invalidCursor: err('invalid cursor'),
  dbOutOfRange: err('DB index is out of range'),
  invalidFirstDb: err('invalid first DB index'),
  invalidSecondDb: err('invalid second DB index'),

  // Strings and counters
  overflow: err('increment or decrement would overflow'),
  decrementOverflow: err('decrement would overflow'),
  nanOrInfinity: err('increment would produce NaN or Infinity'),
  valueNanOrInfinity: err('value is NaN or Infinity'),
  offsetOutOfRange: err('offset is out of range'),
  stringTooLong: err('string exceeds maximum allowed size (proto-max-bulk-len)'),
  invalidExpire: (command: string) => err(`invalid expire time in '${command}' command`),
  lcsLenAndIdx: err('If you want both the length and indexes, please just use IDX.'),
  lcsNotStrings: err('The specified keys must contain string values'),
  lcsTooLarge: err('Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len'),
  bitOffset: err('bit offset is not an integer or out of range'),
  bitValue: err('bit is not an integer or out of range'),

  // Expiry and generic
  expireNxWithOther: err('NX and XX, GT or LT options at the same time are not compatible'),
  expireGtWithLt: err('GT and LT options at the same time are not compatible'),
  unsupportedOption: (option: string) => err(`Unsupported option ${option}`),
  objectIdletimeUnderLfu: err(
    'An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
  ),
  objectFreqWithoutLfu: err(
    'An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
  ),
  dumpPayload: err('DUMP payload version or checksum are wrong'),
  badDataFormat: err('Bad data format'),
  restoreTtl: err('Invalid TTL value, must be >= 0'),
  restoreIdletime: err('Invalid IDLETIME value, must be >= 0'),
  restoreFreq: err('Invalid FREQ value, must be >= 0 and <= 255'),
  busyKey: new ReplyError('BUSYKEY Target key name already exists.'),

  // Lists, hashes, sets
  countNegative: err("COUNT can't be negative"),
  maxlenNegative: err("MAXLEN can't be negative"),
  rankZero: err(
    "RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
  ),
  rankOutOfRange: err('value is out of range'),
  hashValueNotInteger: err('hash value is not an integer'),
  hashValueNotFloat: err('hash value is not a float'),

  // Sorted sets
  nxXx: err('XX and NX options at the same time are not compatible'),
  gtLtNx: err('GT, LT, and/or NX options at the same time are not compatible'),
  incrSinglePair: err('INCR option supports a single increment-element pair'),
  scoreNan: err('resulting score is not a number (NaN)'),
  minMaxNotFloat: err('min or max is not a float'),
  minMaxNotString: err('min or max not valid string range item'),
  limitNotWithRank: err('syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX'),
  withScoresNotWithLex: err('syntax error, WITHSCORES not supported in combination with BYLEX'),
  weightNotFloat: err('weight value is not a float'),

  // Streams
  streamIdInvalid: err('Invalid stream ID specified as stream command argument'),
  streamIdZero: err('The ID specified in XADD must be greater than 0-0'),
  streamIdSmaller: err('The ID specified in XADD is equal or smaller than the target stream top item'),
  streamIdExhausted: err('The stream has exhausted the last possible ID, unable to add more items'),
  streamStartId: err('invalid start ID for the interval'),
  streamEndId: err('invalid end ID for the interval'),
  streamSetIdSmaller: err('The ID specified in XSETID is smaller than the target stream top item'),
  streamSetIdEntries: err('entries_added must be positive'),
  streamSetIdMaxDeleted: err('The ID specified in XSETID is smaller than the provided max_deleted_entry_id'),
  streamSetIdEntriesBelowLength: err('The entries_added specified in XSETID is smaller than the target stream length'),
  streamMaxlenMinid: err('syntax error, MAXLEN and MINID options at the same time are not compatible'),
  streamMaxlenNegative: err('The MAXLEN argument must be >= 0.'),
  streamLimitNegative: err('The LIMIT argument must be >= 0.'),
  streamLimitWithoutApprox: err('syntax error, LIMIT cannot be used without the special ~ option'),
  streamLimitWithoutTrim: err('syntax error, LIMIT cannot be used without specifying a trimming strategy'),
  streamUnbalanced: (command: string) =>
    err(`Unbalanced ${command} list of streams: for each stream key an ID or '$' must be specified.`),

  // Transactions
  nestedMulti: err('MULTI calls can not be nested'),
  execWithoutMulti: err('EXEC without MULTI'),
  discardWithoutMulti: err('DISCARD without MULTI'),
  watchInsideMulti: err('WATCH inside MULTI is not allowed'),
  notInMulti: err('Command not allowed inside a transaction'),
  execAbort: new ReplyError('EXECABORT Transaction discarded because of previous errors.'),
  execAbortBecause: (error: ReplyError) =>
    new ReplyError(`EXECABORT Transaction discarded because of: ${error.message.replace(/^ERR /, '')}`),

  // Connections
  authWithoutPassword: err(
    'AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  ),
  wrongPass: new ReplyError('WRONGPASS invalid username-password pair or user is disabled.'),
  noAuth: new ReplyError('NOAUTH Authentication required.'),
  helloNoAuth: new ReplyError(
    'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
  ),
  noProto: new ReplyError('NOPROTO unsupported protocol version'),
  protocolVersionNotInteger: err('Protocol version is not an integer or out of range'),
  syntaxInHello: (option: string) => err(`Syntax error in HELLO option '${option}'`),
  badClientName: err('Client names cannot contain spaces, newlines or special characters.'),
  badClientAttribute: (attribute: string) => err(`${attribute} cannot contain spaces, newlines or special characters.`),
  unknownClientAttribute: (attribute: string) => err(`Unrecognized option '${attribute}'`),
  unknownClientType: (type: string) => err(`Unknown client type '${type}'`),
  invalidClientId: err('Invalid client ID'),
  clientIdNotPositive: err('client-id should be greater than 0'),
  noSuchClient: err('No such client'),
  noSuchUser: (user: string) => err(`No such user '${user}'`),
  unblockReason: err('CLIENT UNBLOCK reason should be TIMEOUT or ERROR'),
  unblocked: new ReplyError('UNBLOCKED client unblocked via CLIENT UNBLOCK'),
  unblockedRole: new ReplyError(
    'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
  ),
  pauseMode: err('CLIENT PAUSE mode must be WRITE or ALL'),
  subscriberMode: (command: string) =>
    err(
      `Can't execute '${command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
    ),

  // Server state
  readonlyReplica: new ReplyError("READONLY You can't write against a read only replica."),
  masterDown: new ReplyError("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
  noReplicas: new ReplyError('NOREPLICAS Not enough good replicas to write.'),
  loading: new ReplyError('LOADING Redis is loading the dataset in memory'),
  oom: new ReplyError("OOM command not allowed when used memory > 'maxmemory'."),
  misconf: new ReplyError(
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.',
  ),
  busy: new ReplyError('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.'),
  noConfigFile: err('The server is running without a config file'),
  noShutdownInProgress: err('No shutdown in progress.'),
  shutdownFailed: err('Errors trying to SHUTDOWN. Check logs.'),
  debugNotAllowed: err(
    'DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
  ),

  debugSubcommand: (name: string) =>
    err(`unknown subcommand or wrong number of arguments for '${name}'. Try DEBUG HELP.`),
  debugProtocol: err(
    'Wrong protocol type name. Please use one of the following: string|integer|double|null|array|set|map|attrib|push|verbatim|true|false|bignum',
  ),
  saveInProgress: err('Background save already in progress'),
  saveFailed: err('Error saving the data set. Check the logs.'),

  // COMMAND
  invalidCommand: err('Invalid command specified'),
  invalidNumberOfArguments: err('Invalid number of arguments specified for command'),
  invalidArguments: err('Invalid arguments specified for command'),
  noKeyArguments: err('The command has no key arguments'),

  // Replication
  invalidMasterPort: err('Invalid master port'),
  noMasterLink: new ReplyError("NOMASTERLINK Can't SYNC while not connected with my master"),
  replicaOfFromReplica: err('Command is not valid when client is a replica.'),
  replconfOption: (option: string) => err(`Unrecognized REPLCONF option: ${option}`),
  replconfIpTooLong: (bytes: number) =>
    err(`REPLCONF ip-address provided by replica instance is too long: ${bytes} bytes`),
  waitOnReplica: err(
    'WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
  ),
}
