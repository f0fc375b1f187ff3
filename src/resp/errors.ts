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

/** Longest part of an unknown command and of its arguments that is shown back. */
const SHOWN_ARGUMENTS = 128

/** Part of what a client sent, as Redis shows it back: no further than a NUL, and no more than `limit` bytes. */
function shown(text: string, limit = Number.MAX_SAFE_INTEGER): string {
  const nul = text.indexOf('\0')
  return nul >= 0 && nul < limit ? text.slice(0, nul) : text.slice(0, limit)
}

function unknownCommand(name: string, args: readonly string[]): ReplyError {
  let list = ''
  for (const arg of args) {
    if (list.length >= SHOWN_ARGUMENTS) break
    list += `'${shown(arg, SHOWN_ARGUMENTS - list.length)}' `
  }
  return err(`unknown command '${shown(name, SHOWN_ARGUMENTS)}', with args beginning with: ${list}`)
}

/** What a user may no longer do when the transaction runs. */
const NOT_IN_EXEC = {
  command: 'no permission to execute the command or subcommand',
  key: 'no permission to touch the specified keys',
  channel: 'no permission to access one of the channels used as arguments',
}

/** A number as C's "%f" prints it. */
function sixDecimals(d: number): string {
  if (!Number.isFinite(d)) return d > 0 ? 'inf' : d < 0 ? '-inf' : 'nan'
  return Math.abs(d) < 1e21 ? d.toFixed(6) : `${BigInt(d)}.000000`
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
    err(`unknown subcommand '${shown(name, SHOWN_ARGUMENTS)}'. Try ${container} HELP.`),
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
  subcommandSyntax: (name: string, container: string) =>
    err(`unknown subcommand or wrong number of arguments for '${shown(name)}'. Try ${container} HELP.`),

  // ACL
  aclModifier: (modifier: string, reason: string) =>
    err(`Error in ACL SETUSER modifier '${shown(modifier)}': ${reason}`),
  aclParenthesis: (start: string) => err(`Unmatched parenthesis in acl selector starting at '${shown(start)}'.`),
  aclDefaultUser: err("The 'default' user cannot be removed"),
  aclUnknownCategory: (category: string) => err(`Unknown category '${shown(category)}'`),
  aclPasswordBits: err(
    'ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096',
  ),
  aclUnknownUser: (user: string) => err(`User '${shown(user)}' not found`),
  aclUnknownCommand: (command: string) => err(`Command '${shown(command)}' not found`),
  aclNoFile: err(
    'This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.',
  ),
  aclUsername: err("Usernames can't contain spaces or null characters"),
  aclNotSaved: err('There was an error trying to save the ACLs. Please check the server logs for more information'),
  execDenied: (denied: 'command' | 'key' | 'channel') =>
    new ReplyError(
      `NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ${NOT_IN_EXEC[denied]}`,
    ),
  sortByDenied: err('BY option of SORT denied due to insufficient ACL permissions.'),
  sortGetDenied: err('GET option of SORT denied due to insufficient ACL permissions.'),
  noPermCommand: (command: string) =>
    new ReplyError(`NOPERM this user has no permissions to run the '${command}' command`),
  noPermKey: new ReplyError('NOPERM this user has no permissions to access one of the keys used as arguments'),
  noPermChannel: new ReplyError('NOPERM this user has no permissions to access one of the channels used as arguments'),

  // Bitmaps
  bitArgument: err('The bit argument must be 1 or 0.'),
  bitopNot: err('BITOP NOT must be called with a single source key.'),
  bitfieldType: err('Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.'),
  bitfieldOverflow: err('Invalid OVERFLOW type specified'),
  bitfieldReadOnly: err('BITFIELD_RO only supports the GET subcommand'),

  // COMMAND
  invalidCommand: err('Invalid command specified'),
  invalidNumberOfArguments: err('Invalid number of arguments specified for command'),
  invalidArguments: err('Invalid arguments specified for command'),
  noKeyArguments: err('The command has no key arguments'),

  // Client tracking
  cachingWithoutTracking: err(
    'CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
  ),
  cachingYes: err('CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.'),
  cachingNo: err('CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.'),
  trackingNoSuchRedirect: err('The client ID you want redirect to does not exist'),
  trackingOptinAndOptout: err("You can't specify both OPTIN mode and OPTOUT mode"),
  trackingOptWithBcast: err('OPTIN and OPTOUT are not compatible with BCAST'),
  trackingPrefixWithoutBcast: err('PREFIX option requires BCAST mode to be enabled'),
  trackingPrefixes: (prefix: string, other: string) =>
    err(
      `Prefix '${shown(prefix)}' overlaps with another provided prefix '${shown(other)}'. Prefixes for a single client must not overlap.`,
    ),
  trackingPrefixExists: (prefix: string, other: string) =>
    err(
      `Prefix '${shown(prefix)}' overlaps with an existing prefix '${shown(other)}'. Prefixes for a single client must not overlap.`,
    ),
  trackingRedirectTwice: err('A client can only redirect to a single other client'),
  trackingSwitchBcast: err(
    "You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
  ),
  trackingSwitchOpt: err(
    "You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
  ),

  // Cluster
  clusterDisabled: err('This instance has cluster support disabled'),

  // Connections
  authWithoutPassword: err(
    'AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  ),
  wrongPass: new ReplyError('WRONGPASS invalid username-password pair or user is disabled.'),
  noAuth: new ReplyError('NOAUTH Authentication required.'),
  helloNoAuth: new ReplyError(
    'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
  ),
  noProto: new ReplyError('NOPROTO unsupported protocol version'),
  protocolVersionNotInteger: err('Protocol version is not an integer or out of range'),
  syntaxInHello: (option: string) => err(`Syntax error in HELLO option '${shown(option)}'`),
  badClientName: err('Client names cannot contain spaces, newlines or special characters.'),
  badClientAttribute: (attribute: string) => err(`${attribute} cannot contain spaces, newlines or special characters.`),
  unknownClientAttribute: (attribute: string) => err(`Unrecognized option '${shown(attribute)}'`),
  unknownClientType: (type: string) => err(`Unknown client type '${shown(type)}'`),
  invalidClientId: err('Invalid client ID'),
  clientIdNotPositive: err('client-id should be greater than 0'),
  noSuchClient: err('No such client'),
  noSuchUser: (user: string) => err(`No such user '${shown(user)}'`),
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
  denyBlocking: (command: string) =>
    err(`${command} isn't allowed for ${command === 'MONITOR' ? '' : 'a '}DENY BLOCKING client`),
  replicaAndKeys: err("Replica can't interact with the keyspace"),
  maxClients: err('max number of clients reached'),

  // Expiry and generic
  expireNxWithOther: err('NX and XX, GT or LT options at the same time are not compatible'),
  expireGtWithLt: err('GT and LT options at the same time are not compatible'),
  unsupportedOption: (option: string) => err(`Unsupported option ${shown(option)}`),
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
  countNotPositive: err('COUNT must be > 0'),
  migrateKeys: err('When using MIGRATE KEYS option, the key argument must be set to the empty string'),
  migrateConnect: new ReplyError('IOERR error or timeout connecting to the client'),
  migrateRead: new ReplyError('IOERR error or timeout reading to target instance'),
  migrateWrite: new ReplyError('IOERR error or timeout writing to target instance'),
  migrateMustWait: err('MIGRATE waits for another server, which it cannot do in a transaction or a script'),
  migrateTarget: (reply: string) => err(`Target instance replied with error: ${reply}`),
  sortNotDouble: err("One or more scores can't be converted into double"),

  // Functions
  functionBadKeyCount: err('Bad number of keys provided'),
  functionCompile: (reason: string) => err(`Error compiling function: ${reason}`),
  functionEngine: (engine: string) => err(`Engine '${shown(engine)}' not found`),
  functionExists: (name: string) => err(`Function ${shown(name)} already exists`),
  functionFlushOption: err('FUNCTION FLUSH only supports SYNC|ASYNC option'),
  functionLibraryExists: (library: string) => err(`Library '${shown(library)}' already exists`),
  functionLibraryName: err(
    'Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
  ),
  functionListNameMissing: err('library name argument was not given'),
  functionListOption: (option: string) => err(`Unknown argument ${shown(option)}`),
  functionLoadOption: (option: string) => err(`Unknown option given: ${shown(option)}`),
  functionMetadata: err('Invalid library metadata'),
  functionMetadataMissing: err('Missing library metadata'),
  functionMetadataNameMissing: err('Library name was not given'),
  functionMetadataNameTwice: err('Invalid metadata value, name argument was given multiple times'),
  functionMetadataValue: (value: string) => err(`Invalid metadata value given: ${shown(value)}`),
  functionLibraryRestored: (library: string) => err(`Library ${shown(library)} already exists`),
  functionNoneRegistered: err('No functions registered'),
  functionNotFound: err('Function not found'),
  functionNoLibrary: err('Library not found'),
  functionRegistering: (reason: string) => err(`Error registering functions: ${reason}`),
  functionPayload: err('failed loading the given functions payload'),
  functionPayloadType: err('given type is not a function'),
  functionRestorePolicy: err('Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.'),
  functionBusy: new ReplyError(
    'BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.',
  ),

  // Geo
  geoAnyWithoutCount: err('the ANY argument requires COUNT argument'),
  geoBoxNegative: err('height or width cannot be negative'),
  geoBoxHeight: err('need numeric height'),
  geoBoxWidth: err('need numeric width'),
  geoFrom: (command: string) => err(`exactly one of FROMMEMBER or FROMLONLAT can be specified for ${command}`),
  geoBy: (command: string) => err(`exactly one of BYRADIUS and BYBOX can be specified for ${command}`),
  geoInvalidPair: (longitude: number, latitude: number) =>
    err(`invalid longitude,latitude pair ${sixDecimals(longitude)},${sixDecimals(latitude)}`),
  geoNoMember: err('could not decode requested zset member'),
  geoRadius: err('need numeric radius'),
  geoRadiusNegative: err('radius cannot be negative'),
  geoStoreWith: (what: string) => err(`${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`),
  geoUnit: err('unsupported unit provided. please use M, KM, FT, MI'),

  // Hash field expiry
  hashFieldsMissing: err('Mandatory argument FIELDS is missing or not at the right position'),
  hashFieldsNotPositive: err('Parameter `numFields` should be greater than 0'),
  hashFieldsMismatch: err('The `numfields` parameter must match the number of arguments'),
  hashFieldCount: err('Number of fields must be a positive integer'),
  hashSetFieldCount: err('invalid number of fields'),
  hashSetConditions: err('Only one of FXX or FNX arguments can be specified'),
  hashSetExpiries: err('Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified'),
  hashSetExpiryMissing: err('missing expire time'),
  hashSetUnknown: (word: string) => err(`unknown argument: ${shown(word)}`),
  hashExpireNegative: err('invalid expire time, must be >= 0'),

  // HyperLogLog
  hllCorrupt: new ReplyError('INVALIDOBJ Corrupted HLL object detected'),
  hllNotOne: new ReplyError('WRONGTYPE Key is not a valid HyperLogLog string value.'),
  hllNoKey: err('The specified key does not exist'),
  hllNotSparse: err('HLL encoding is not sparse'),
  hllSelfTest: (failure: string) => err(`TESTFAILED ${failure}`),
  hllDebug: (subcommand: string) => err(`Unknown PFDEBUG subcommand '${shown(subcommand)}'`),

  // Lists, hashes, sets
  countNegative: err("COUNT can't be negative"),
  maxlenNegative: err("MAXLEN can't be negative"),
  rankZero: err(
    "RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
  ),
  rankOutOfRange: err('value is out of range'),
  hashValueNotInteger: err('hash value is not an integer'),
  hashValueNotFloat: err('hash value is not a float'),

  // Replication
  invalidMasterPort: err('Invalid master port'),
  noMasterLink: new ReplyError("NOMASTERLINK Can't SYNC while not connected with my master"),
  replicaOfFromReplica: err('Command is not valid when client is a replica.'),
  replconfOption: (option: string) => err(`Unrecognized REPLCONF option: ${shown(option)}`),
  replconfIpTooLong: (bytes: number) =>
    err(`REPLCONF ip-address provided by replica instance is too long: ${bytes} bytes`),
  replconfFilterValues: err('Missing rdb-filter-only values'),
  replconfFilter: (filter: string) => err(`Unsupported rdb-filter-only option: ${shown(filter)}`),
  waitOnReplica: err(
    'WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
  ),
  failoverActive: err('FAILOVER already in progress.'),
  failoverForce: err('FAILOVER with force option requires both a timeout and target HOST and IP.'),
  failoverNone: err('No failover in progress.'),
  failoverNoReplicas: err('FAILOVER requires connected replicas.'),
  failoverNotReplica: err('FAILOVER target HOST and PORT is not a replica.'),
  failoverOnReplica: err('FAILOVER is not valid when server is a replica.'),
  failoverReplicaOffline: err('FAILOVER target replica is not online.'),
  failoverTimeout: err('FAILOVER timeout must be greater than 0'),

  // Scripting
  scriptArity: err('Wrong number of args calling Redis command from script'),
  scriptCompile: (reason: string) => err(`Error compiling script (new function): ${reason}`),
  scriptDebug: err('Use SCRIPT DEBUG YES/SYNC/NO'),
  scriptFlushOption: err('SCRIPT FLUSH only support SYNC|ASYNC option'),
  scriptKeysNegative: err("Number of keys can't be negative"),
  scriptNoCommand: err('Unknown Redis command called from script'),
  scriptNoScript: new ReplyError('NOSCRIPT No matching script. Please use EVAL.'),
  scriptArguments: err('Lua redis lib command arguments must be strings or integers'),
  scriptEngine: (shebang: string) => err(`Unexpected engine in script shebang: ${shown(shebang)}`),
  scriptFlag: (flag: string) => err(`Unexpected flag in script shebang: ${shown(flag)}`),
  scriptNoArguments: err('Please specify at least one argument for this redis lib call'),
  scriptNoDebugger: err('There is no debugger for scripts'),
  scriptNoEngine: err('Invalid engine in script shebang'),
  scriptNoPermChannel: err("The user executing the script can't publish to the channel mentioned in the command"),
  scriptNoPermCommand: err("The user executing the script can't run this command or subcommand"),
  scriptNoPermKey: err(
    "The user executing the script can't access at least one of the keys mentioned in the command arguments",
  ),
  scriptOption: (option: string) => err(`Unknown lua shebang option: ${shown(option)}`),
  scriptShebang: err('Invalid script shebang'),
  scriptNotAllowed: err('This Redis command is not allowed from script'),
  scriptNotBusy: new ReplyError('NOTBUSY No scripts in execution right now.'),
  scriptReadOnly: err('Write commands are not allowed from read-only scripts.'),
  scriptMisconf: new ReplyError(
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Writable scripts are blocked. Use 'no-writes' flag for read only scripts.",
  ),
  scriptMisconfAof: (reason: string) =>
    new ReplyError(
      `MISCONF Redis is configured to persist data to AOF, but it's currently unable to persist to disk. Writable scripts are blocked. Use 'no-writes' flag for read only scripts. AOF error: ${shown(reason)}`,
    ),
  scriptOom: new ReplyError(
    "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'",
  ),
  scriptReadonlyReplica: new ReplyError('READONLY Can not run script with write flag on readonly replica'),
  scriptStale: new ReplyError(
    "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no' and 'allow-stale' flag is not set on the script.",
  ),
  scriptStaleCommand: err('Can not execute the command on a stale replica'),
  scriptUnkillableFromMaster: new ReplyError(
    'UNKILLABLE The busy script was sent by a master instance in the context of replication and cannot be killed.',
  ),
  scriptUnkillable: new ReplyError(
    'UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.',
  ),
  scriptWriteInReadOnly: err('Can not execute a script with write flag using *_ro command.'),

  // Server state
  readonlyReplica: new ReplyError("READONLY You can't write against a read only replica."),
  masterDown: new ReplyError("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
  noReplicas: new ReplyError('NOREPLICAS Not enough good replicas to write.'),
  loading: new ReplyError('LOADING Redis is loading the dataset in memory'),
  oom: new ReplyError("OOM command not allowed when used memory > 'maxmemory'."),
  misconf: new ReplyError(
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.',
  ),
  misconfAof: (reason: string) => new ReplyError(`MISCONF Errors writing to the AOF file: ${shown(reason)}`),
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
    'Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
  ),
  saveInProgress: err('Background save already in progress'),
  saveFailed: err('Error saving the data set. Check the logs.'),
  snapshotTaken: err(
    "Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
  ),
  aofLoadFailed: err('Error trying to load the AOF files, check server logs.'),
  aofRewriteFailed: err(
    "Can't execute an AOF background rewriting. Please check the server logs for more information.",
  ),
  waitAofOnReplica: err(
    'WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.',
  ),
  waitAofDisabled: err('WAITAOF cannot be used when numlocal is set but appendonly is disabled.'),
  waitAofLocal: err('value is out of range, value must between 0 and 1'),
  aofRewriteInProgress: err('Background append only file rewriting already in progress'),
  latencyNoSamples: (event: string) => err(`No samples available for event '${shown(event)}'`),
  moduleNotAllowed: err(
    'MODULE command not allowed. If the enable-module-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
  ),
  moduleLoad: err('Error loading the extension. Please check the server logs.'),
  moduleUnload: err('Error unloading module: no such module with that name'),
  slowlogCount: err('count should be greater than or equal to -1'),

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
  streamSetIdBelowDeleted: err('The ID specified in XSETID is smaller than current max_deleted_entry_id'),
  streamMaxlenMinid: err('syntax error, MAXLEN and MINID options at the same time are not compatible'),
  streamMaxlenNegative: err('The MAXLEN argument must be >= 0.'),
  streamLimitNegative: err('The LIMIT argument must be >= 0.'),
  streamLimitWithoutApprox: err('syntax error, LIMIT cannot be used without the special ~ option'),
  streamLimitWithoutTrim: err('syntax error, LIMIT cannot be used without specifying a trimming strategy'),
  streamUnbalanced: (command: string) =>
    err(`Unbalanced ${command} list of streams: for each stream key an ID or '$' must be specified.`),
  streamAutoClaimCount: err('COUNT must be > 0'),
  streamBusyGroup: new ReplyError('BUSYGROUP Consumer Group name already exists'),
  streamClaimMinIdle: (command: string) => err(`Invalid min-idle-time argument for ${command}`),
  streamClaimOption: (option: string) => err(`Invalid ${option} option argument for XCLAIM`),
  streamClaimUnknown: (option: string) => err(`Unrecognized XCLAIM option '${shown(option)}'`),
  streamElementsTooLarge: err('Elements are too large to be stored'),
  streamEntriesRead: err('value for ENTRIESREAD must be positive or -1'),
  streamKeyGone: new ReplyError('UNBLOCKED the stream key no longer exists'),
  streamGroupGone: new ReplyError('NOGROUP the consumer group this client was blocked on no longer exists'),
  streamBlockInScript: (command: string) => err(`${command} command is not allowed with BLOCK option from scripts`),
  streamGroupInXread: err('The GROUP option is only supported by XREADGROUP. You called XREAD instead.'),
  streamGroupMissing: err('Missing GROUP option for XREADGROUP'),
  streamGroupNeedsKey: err(
    'The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
  ),
  streamGreaterInXread: err(
    'The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
  ),
  streamDollarInXreadgroup: err(
    'The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
  ),
  streamIdsCount: err('Number of IDs must be a positive integer'),
  streamIdsMismatch: err('The `numids` parameter must match the number of arguments'),
  streamNoackInXread: err('The NOACK option is only supported by XREADGROUP. You called XREAD instead.'),
  streamNoGroup: (key: string, group: string) =>
    new ReplyError(`NOGROUP No such key '${shown(key)}' or consumer group '${shown(group)}'`),
  streamNoGroupToRead: (key: string, group: string) =>
    new ReplyError(
      `NOGROUP No such key '${shown(key)}' or consumer group '${shown(group)}' in XREADGROUP with GROUP option`,
    ),
  streamNoGroupForKey: (group: string, key: string) =>
    new ReplyError(`NOGROUP No such consumer group '${shown(group)}' for key name '${shown(key)}'`),

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

  // Transactions
  nestedMulti: err('MULTI calls can not be nested'),
  execWithoutMulti: err('EXEC without MULTI'),
  discardWithoutMulti: err('DISCARD without MULTI'),
  watchInsideMulti: err('WATCH inside MULTI is not allowed'),
  notInMulti: err('Command not allowed inside a transaction'),
  execAbort: new ReplyError('EXECABORT Transaction discarded because of previous errors.'),
  execAbortBecause: (error: ReplyError) =>
    new ReplyError(`EXECABORT Transaction discarded because of: ${error.message.replace(/^ERR /, '')}`),
}
