/**
 * The checks before a command runs, in Redis's order. An ordinary client of an unrestricted server passes with one
 * test of two bit sets (`Server.process`); everything below is for the rest.
 */
import { E, type ReplyError } from '../resp/errors.ts'
import type { Command } from '../spec/command.ts'
import { Flag } from '../spec/flags.ts'
import { Restriction, ServerRestriction } from '../spec/restrictions.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'

/** Null to go on, an error to reply, or 'queued' / 'held' when the command was taken care of. */
export type Verdict = ReplyError | 'queued' | 'held' | null

const AUTH_EXEMPT = Flag.no_auth
const TOUCHES_KEYS = Flag.write | Flag.readonly | Flag.may_replicate

export function check(server: Server, session: Session, command: Command, argv: readonly string[]): Verdict {
  const flags = command.declaration.group === 'scripting' ? server.scripting.flagsOf(command, argv) : command.flags
  const own = session.restrictions
  const fromMaster = (own & Restriction.master) !== 0
  if ((own & Restriction.unauthenticated) !== 0 && (flags & AUTH_EXEMPT) === 0) return E.noAuth
  if ((own & Restriction.limitedUser) !== 0) {
    const denied = server.authorize(session, command, argv)
    if (denied !== null) return denied
  }
  // EXEC stands for what it will run.
  const transaction = session.transaction
  const exec = transaction !== null && command.name === 'exec'
  const effective = exec ? flags | transaction.flags : flags
  const error = fromMaster ? null : serverVerdict(server, effective, exec ? flags & transaction.commonFlags : flags)
  if (error !== null) return error
  if ((own & Restriction.subscribed) !== 0 && (flags & Flag.subscriber) === 0) return E.subscriberMode(command.name)
  if ((own & Restriction.feed) !== 0 && (flags & TOUCHES_KEYS) !== 0) return E.replicaAndKeys
  if ((own & Restriction.queueing) !== 0 && (flags & Flag.immediate) === 0) {
    if ((flags & Flag.no_multi) !== 0) return E.notInMulti
    server.transactions.enqueue(session, command, argv, flags)
    session.reply.queued()
    return 'queued'
  }
  if ((server.restrictions & ServerRestriction.paused) !== 0 && server.pause.holds(session, effective)) {
    server.pause.hold(session, argv)
    return 'held'
  }
  return null
}

/** `flags` tell what the request does, `exemptions` in which states of the server it may be made all the same. */
function serverVerdict(server: Server, flags: number, exemptions: number): ReplyError | null {
  const r = server.restrictions
  if (r === 0) return null
  const writes = (flags & Flag.write) !== 0
  if ((r & ServerRestriction.memoryLimit) !== 0) {
    const error = server.memoryVerdict()
    if (error !== null && (flags & Flag.denyoom) !== 0) return error
  }
  if ((r & ServerRestriction.saveFailing) !== 0 && writes) return E.misconf
  if ((r & ServerRestriction.appendFailing) !== 0 && writes) return E.misconfAof(server.persistence.aof.failure)
  if ((r & ServerRestriction.tooFewReplicas) !== 0 && writes) return E.noReplicas
  if ((r & ServerRestriction.readonlyReplica) !== 0 && writes) return E.readonlyReplica
  if ((r & ServerRestriction.stale) !== 0 && (exemptions & Flag.stale) === 0) return E.masterDown
  if ((r & ServerRestriction.loading) !== 0 && (exemptions & Flag.loading) === 0) return E.loading
  if ((r & ServerRestriction.busy) !== 0 && (exemptions & Flag.allow_busy) === 0) return server.scripting.busyError
  return null
}
