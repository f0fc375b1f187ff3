/** The part of `node:sqlite` that is used here, and finding out whether this Node has it. */

export type Column = null | number | bigint | string | Uint8Array

export interface Statement {
  get(...values: Column[]): Record<string, Column> | undefined
  all(...values: Column[]): Record<string, Column>[]
  run(...values: Column[]): { readonly changes: number | bigint }
}

export interface SqliteDatabase {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

export interface SqliteModule {
  readonly DatabaseSync: new (path: string) => SqliteDatabase
}

/** The module, or null on a Node without it (before 22.5, or before 22.13 without its flag). */
export async function loadSqlite(): Promise<SqliteModule | null> {
  // Not a literal: bundlers and older Nodes would look for the module before it is known to be there.
  const name = 'node:sqlite'
  try {
    return (await import(name)) as SqliteModule
  } catch {
    return null
  }
}
