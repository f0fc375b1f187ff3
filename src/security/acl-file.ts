/** Writing a file so that it is there whole, old or new, whatever happens. */
import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'

/** Who may read it, when there is no file yet: hashes of passwords are nobody else's business. */
const OWNER_ONLY = 0o600

/** Returns the reason when it cannot be written; the old file then stands. `content` is latin1. */
export function writeFileSafely(path: string, content: string): string | null {
  const temporary = `${path}.tmp-${process.pid}`
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? OWNER_ONLY
    const fd = openSync(temporary, 'w', mode & 0o777)
    try {
      const bytes = Buffer.from(content, 'latin1')
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
    return null
  } catch (error) {
    try {
      unlinkSync(temporary)
    } catch {
      // It was never made.
    }
    return (error as Error).message
  }
}
