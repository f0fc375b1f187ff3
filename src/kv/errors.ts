/** What `keyper/kv` throws and rejects with. */

export type KvErrorCode =
  | 'MOUNT_NOT_FOUND'
  | 'READ_ONLY'
  | 'WRITE_ONLY'
  | 'UNDECLARED_KEY'
  | 'WRONG_TYPE'
  | 'VALUE_TOO_LARGE'
  | 'TOO_MANY_ENTRIES'
  | 'STORE_TOO_LARGE'
  | 'NOT_A_DICT'
  | 'MERGE_CONFLICT'
  | 'WRITE_CONFLICT'
  | 'PREFIX_OVERLAP'
  | 'INVALID_OPTIONS'
  | 'INVALID_ARGUMENT'
  | 'CORRUPT_VALUE'
  | 'DISPOSED'

export class KvError extends Error {
  override readonly name = 'KvError'
  readonly code: KvErrorCode

  constructor(code: KvErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const kvErrors = {
  mountNotFound: (mount: string, available: Iterable<string>) =>
    new KvError('MOUNT_NOT_FOUND', `Mount '${mount}' not found. Available mounts: ${[...available].join(', ')}`),
  readOnly: (mount: string) => new KvError('READ_ONLY', `Mount '${mount}' is read-only (mode: read)`),
  writeOnly: (mount: string) => new KvError('WRITE_ONLY', `Mount '${mount}' is write-only (mode: write)`),
  undeclared: (key: string) => new KvError('UNDECLARED_KEY', `key "${key}" not declared in schema`),
  wrongType: (key: string, expected: string, got: string) =>
    new KvError('WRONG_TYPE', `key "${key}" expects ${expected}, got ${got}`),
  valueTooLarge: (key: string, size: number, max: number) =>
    new KvError('VALUE_TOO_LARGE', `value for "${key}" exceeds size limit (${size} > ${max})`),
  tooManyEntries: (entries: number, max: number) =>
    new KvError('TOO_MANY_ENTRIES', `store exceeds entry limit (${entries} > ${max})`),
  storeTooLarge: (size: number, max: number) =>
    new KvError('STORE_TOO_LARGE', `store exceeds size limit (${size} > ${max})`),
  notADict: (key: string) => new KvError('NOT_A_DICT', `Cannot merge into non-dict value at key "${key}"`),
  mergeConflict: (retries: number) =>
    new KvError('MERGE_CONFLICT', `Failed to merge after ${retries} retries due to concurrent modifications`),
  writeConflict: () => new KvError('WRITE_CONFLICT', 'Failed to write due to concurrent modifications'),
  prefixOverlap: (a: string, aPrefix: string, b: string, bPrefix: string) =>
    new KvError('PREFIX_OVERLAP', `Mount prefix overlap detected: "${a}" (${aPrefix}) and "${b}" (${bPrefix})`),
  corrupt: (key: string, cause: unknown) => new KvError('CORRUPT_VALUE', `value for "${key}" is not JSON`, { cause }),
  options: (message: string) => new KvError('INVALID_OPTIONS', message),
  argument: (message: string) => new KvError('INVALID_ARGUMENT', message),
  disposed: () => new KvError('DISPOSED', 'The extension is disposed'),
}
