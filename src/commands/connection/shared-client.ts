/** What the CLIENT subcommands share. */
import { E } from '../../resp/errors.ts'
import type { Session } from '../../server/session.ts'

/** Names and library details travel in space-separated lists, so they hold printable characters and no spaces. */
export function isPlainName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 33 || code > 126) return false
  }
  return true
}

export function checkClientName(name: string): void {
  if (!isPlainName(name)) throw E.badClientName
}

/** The TYPE names of CLIENT LIST and CLIENT KILL. */
export function typeOfSession(session: Session): 'normal' | 'master' | 'replica' | 'pubsub' {
  return session.kind
}

export function parseSessionType(text: string): 'normal' | 'master' | 'replica' | 'pubsub' | null {
  const type = text.toLowerCase()
  if (type === 'slave') return 'replica'
  return type === 'normal' || type === 'master' || type === 'replica' || type === 'pubsub' ? type : null
}
