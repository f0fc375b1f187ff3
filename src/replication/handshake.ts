/** The conversation with a master up to its answer to PSYNC: lines in, requests out. Knows no socket and no state. */

export interface HandshakeSettings {
  /** masteruser and masterauth; an empty password skips AUTH. */
  readonly user: string
  readonly password: string
  readonly listeningPort: number
  /** replica-announce-ip, or empty. */
  readonly announceIp: string
  /** The history and the first byte wanted, counted from 1; null asks for everything. */
  readonly request: { readonly id: string; readonly from: number } | null
  /** Tells the master to hand its role over to us (FAILOVER). */
  readonly failover: boolean
}

export type Answer =
  /** Everything: a dump follows, which stands at this offset of this history. */
  | { readonly kind: 'full'; readonly id: string; readonly offset: number }
  /** What we missed follows. The history may have another name now. */
  | { readonly kind: 'continue'; readonly id: string | null }
  /** The master cannot serve us now. */
  | { readonly kind: 'later'; readonly reason: string }
  /** It knows no PSYNC, or is in trouble. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The conversation failed. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Looks at a reply; a text is a reason to give up. */
type Check = (line: string) => string | null

export class Handshake {
  private readonly settings: HandshakeSettings
  private readonly send: (requests: readonly (readonly string[])[]) => void
  private readonly note: (message: string) => void
  private readonly expected: Check[] = []
  private stage: 'ping' | 'introduction' | 'psync' = 'ping'

  constructor(
    settings: HandshakeSettings,
    send: (requests: readonly (readonly string[])[]) => void,
    note: (message: string) => void,
  ) {
    this.settings = settings
    this.send = send
    this.note = note
  }

  start(): void {
    this.send([['PING']])
  }

  /** Takes one line without its end; returns the outcome once there is one. */
  line(line: string): Answer | null {
    // Masters that are busy send empty lines to keep the link alive.
    if (line === '') return null
    switch (this.stage) {
      case 'ping':
        return this.pong(line)
      case 'introduction': {
        const reason = this.expected.shift()!(line)
        if (reason !== null) return { kind: 'failed', reason }
        if (this.expected.length === 0) this.requestSync()
        return null
      }
      case 'psync':
        return this.answer(line)
    }
  }

  private pong(line: string): Answer | null {
    // Before AUTH the master may refuse PING, in the words of many versions.
    const fine = line.startsWith('+') || /^-(NOAUTH|NOPERM|ERR operation not permitted)/.test(line)
    if (!fine) return { kind: 'failed', reason: `Error reply to PING from master: '${line}'` }
    this.note('Master replied to PING, replication can continue...')
    this.stage = 'introduction'
    this.introduce()
    return null
  }

  private introduce(): void {
    const { user, password, listeningPort, announceIp } = this.settings
    const requests: string[][] = []
    const ask = (request: string[], check: Check) => {
      requests.push(request)
      this.expected.push(check)
    }
    const optional = (what: string) => (line: string) => {
      if (line.startsWith('-')) this.note(`(Non critical) Master does not understand REPLCONF ${what}: ${line}`)
      return null
    }
    if (password !== '') {
      ask(user === '' ? ['AUTH', password] : ['AUTH', user, password], (line) =>
        line.startsWith('-') ? `Unable to AUTH to MASTER: ${line}` : null,
      )
    }
    ask(['REPLCONF', 'listening-port', String(listeningPort)], optional('listening-port'))
    if (announceIp !== '') ask(['REPLCONF', 'ip-address', announceIp], optional('ip-address'))
    ask(['REPLCONF', 'capa', 'eof', 'capa', 'psync2'], optional('capa'))
    this.send(requests)
  }

  private requestSync(): void {
    const { request, failover } = this.settings
    this.stage = 'psync'
    if (request === null) {
      this.note('Partial resynchronization not possible (no cached master)')
      this.send([['PSYNC', '?', '-1']])
      return
    }
    const { id, from } = request
    this.note(`Trying a partial resynchronization (request ${id}:${from}).`)
    this.send([['PSYNC', id, String(from), ...(failover ? ['FAILOVER'] : [])]])
  }

  private answer(line: string): Answer {
    const [word, id = '', offset = ''] = line.split(' ')
    if (word === '+FULLRESYNC') {
      if (!/^[0-9a-f]{40}$/i.test(id) || !/^\d{1,15}$/.test(offset)) {
        return { kind: 'failed', reason: `Master replied with wrong +FULLRESYNC syntax: ${line}` }
      }
      return { kind: 'full', id, offset: Number(offset) }
    }
    if (word === '+CONTINUE') {
      // Without a cached state there is nothing to go on from.
      if (this.settings.request === null) return { kind: 'failed', reason: 'Unexpected +CONTINUE from master' }
      return { kind: 'continue', id: /^[0-9a-f]{40}$/i.test(id) ? id : null }
    }
    if (/^-(NOMASTERLINK|LOADING)/.test(line)) return { kind: 'later', reason: line }
    if (line.startsWith('-')) return { kind: 'refused', reason: line }
    return { kind: 'failed', reason: `Unexpected reply to PSYNC from master: ${line}` }
  }
}
