/** The folder of the append-only file: its manifest, as it is on the disk. */
import { join } from 'node:path'
import type { Server } from '../server/server.ts'
import type { AofFiles } from './files.ts'
import { type AofPart, Manifest } from './manifest.ts'

export class AofFolder {
  manifest = new Manifest()
  readonly directory: string
  private readonly server: Server
  private readonly files: AofFiles
  private readonly parent: string
  private readonly manifestPath: string
  /** Manifests are written one after the other. */
  private tail: Promise<void> = Promise.resolve()

  constructor(server: Server, files: AofFiles) {
    const { dir, appenddirname, appendfilename } = server.config
    this.server = server
    this.files = files
    this.parent = dir
    this.directory = join(dir, appenddirname)
    this.manifestPath = join(this.directory, `${appendfilename}.manifest`)
  }

  path({ name }: Pick<AofPart, 'name'>): string {
    return join(this.directory, name)
  }

  create(): void {
    this.files.makeFolder(this.directory)
  }

  /** Reads the manifest, where there is one. Throws an Error whose message is fit for a user. */
  read(): void {
    const { manifestPath, files } = this
    if (!files.exists(manifestPath)) return
    try {
      this.manifest = Manifest.parse(files.readText(manifestPath))
    } catch (error) {
      throw new Error(`The append only file cannot be loaded: ${manifestPath}: ${(error as Error).message}`)
    }
  }

  /**
   * Takes over an append-only file of the time when it was a single one: it becomes the base, under its own name. The
   * manifest comes first, so that a crash in between is seen at the next start.
   */
  async upgrade(): Promise<void> {
    const { server, files, manifest } = this
    const { appendfilename, appenddirname } = server.config
    const old = join(this.parent, appendfilename)
    if (!files.exists(old)) return
    const begun =
      manifest.base?.name === appendfilename &&
      manifest.increments.length === 0 &&
      !files.exists(this.path(manifest.base))
    if (!manifest.isEmpty && !begun) return
    this.create()
    if (!begun) this.changeNow(manifest.withBase({ name: appendfilename, seq: 1 }, []))
    await files.rename(old, this.path({ name: appendfilename }))
    server.log.notice(
      `Successfully migrated an old-style AOF file (${appendfilename}) into the AOF directory (${appenddirname}).`,
    )
  }

  /**
   * Makes another manifest the one in force. Rejects when it could not be written; with `orBack` the old one is then
   * in force again.
   */
  change(manifest: Manifest, orBack = false): Promise<void> {
    const old = this.manifest
    this.manifest = manifest
    this.tail = this.tail
      .catch(() => {})
      .then(() => this.files.replace(this.manifestPath, this.manifest.text()))
      .catch((error: Error) => {
        if (orBack && this.manifest === manifest) this.manifest = old
        throw error
      })
    return this.tail
  }

  /** As `change`, while everybody waits; nothing is written when nothing is new. */
  changeNow(manifest: Manifest): void {
    if (manifest === this.manifest) return
    this.files.replaceNow(this.manifestPath, manifest.text())
    this.manifest = manifest
  }

  /** Deletes what the current files replace, unless aof-disable-auto-gc says no. */
  async deleteHistory(): Promise<void> {
    const { server, files } = this
    const { history } = this.manifest
    if (history.length === 0 || server.config.aofDisableAutoGc) return
    const left: AofPart[] = []
    for (const part of history) {
      server.log.notice(`Removing the history file ${part.name} in the background`)
      try {
        await files.remove(this.path(part))
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOENT') left.push(part)
      }
    }
    const added = this.manifest.history.filter((part) => !history.includes(part))
    await this.change(this.manifest.withHistory([...left, ...added])).catch((error: Error) =>
      server.log.warning(`The manifest of the append only file cannot be written: ${error.message}`),
    )
  }
}
