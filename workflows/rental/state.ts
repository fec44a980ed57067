import { theySay, type Said } from '@berth/contract/causes'
import type { EndReason, RentalHealth, RentalPhase } from '@berth/contract/rental-status'
import type { OpenAttempt, RentalPlan, ResumePoint } from '@berth/activities/provisioning/types'
import type { ExtendRequest, PodObserved, RentalView, StopRequest } from './messages.ts'

/** An attempt that may have something alive upstream; it leaves the list when its absence is proved. */
export interface PodRef extends OpenAttempt {
  podId: string | null
}

/** The whole rental as one JSON value: what continue-as-new carries over, what operator and person see. */
export interface RentalState {
  phase: RentalPhase
  health: RentalHealth
  /** What it waits for and since when (ISO 8601), for Temporal Web. */
  waitingFor: string | null
  since: string
  attempt: number
  /** The pod in use, from creation on. */
  pod: PodRef | null
  /** Everything that may be alive upstream; compensation is registered here before the step it undoes. */
  mayBeAlive: PodRef[]
  lastError: string | null
  /** How each failed attempt ended, one line each. Absent in what earlier versions carried over. */
  tried?: string[]
  endsAt: string | null
  spendLimitMicros: number | null
  /** Money has been set aside; what was not needed has to go back. */
  reserved: boolean
  fundedUntil: string | null
  chargedMicros: string
  endReason: EndReason | null
  endDetail: string | null
}

/** What has arrived from outside and was not yet acted upon. */
export interface Inbox {
  stop: StopRequest | null
  force: { reason: string } | null
  lost: PodObserved | null
  /** Something changed that the metering loop should look at now: money came, limits moved. */
  nudged: boolean
  /** The operator asks to try the pending step again now. */
  retry: boolean
}

export const emptyInbox = (): Inbox => ({ stop: null, force: null, lost: null, nudged: false, retry: false })

export function initialState(plan: RentalPlan, now: string): RentalState {
  return {
    phase: 'reserving',
    health: 'ok',
    waitingFor: null,
    since: now,
    attempt: 0,
    pod: null,
    mayBeAlive: [],
    lastError: null,
    endsAt: null,
    spendLimitMicros: plan.spendLimitMicros,
    reserved: false,
    fundedUntil: null,
    chargedMicros: '0',
    endReason: null,
    endDetail: null,
  }
}

/** The state of a rental whose workflow was lost, from its record. Whatever was ever ordered may be alive. */
export function resumedState(plan: RentalPlan, resume: ResumePoint, now: string): RentalState {
  const last = resume.pods.at(-1) ?? null
  return {
    ...initialState(plan, now),
    phase: resume.phase,
    // Why not always: one that the wallet could not fund is lost between its refusal and its end like any other.
    reserved: resume.reserved ?? true,
    attempt: last?.attempt ?? 0,
    pod: last,
    mayBeAlive: resume.pods,
    endsAt: resume.endsAt,
    endReason: resume.endReason,
    endDetail: resume.endDetail,
  }
}

/** True when nothing that is under way should go on: somebody wants the rental to end. */
export const endWanted = (inbox: Inbox): boolean => inbox.stop !== null || inbox.force !== null

/** Why the rental ends, by order of what came first to matter: operator, person, provider. */
export function requestedEnd(
  inbox: Inbox,
): { reason: EndReason; at: string | null; said: Said | null } | null {
  if (inbox.force) return { reason: 'ended_by_operator', at: null, said: theySay(inbox.force.reason) }
  if (inbox.stop) {
    return inbox.stop.by === 'operator'
      ? { reason: 'ended_by_operator', at: inbox.stop.requestedAt, said: null }
      : { reason: 'stopped_by_user', at: inbox.stop.requestedAt, said: null }
  }
  if (!inbox.lost) return null
  return { reason: 'interrupted', at: inbox.lost.lastAliveAt, said: theySay(inbox.lost.rawStatus) }
}

/** What was already written down of an end. */
export const saidBefore = ({
  endDetail,
  endCause,
}: Pick<ResumePoint, 'endDetail' | 'endCause'>): Said | null =>
  endDetail === null ? null : { words: endDetail, cause: endCause ?? null }

/** A pod in one of these states earns nobody anything any more: the meter ends at the last instant it was alive. */
export const isLoss = (observed: PodObserved): boolean =>
  observed.state === 'gone' ||
  observed.state === 'interrupted' ||
  observed.state === 'failed' ||
  observed.state === 'stopped'

/** Why an extension can't be made, in words for the person; null when it can. */
export function extendRefusal(
  state: RentalState | null,
  request: ExtendRequest,
  nowMs: number,
): string | null {
  if (!state || state.phase === 'reserving' || state.phase === 'launching' || state.phase === 'verifying') {
    return 'The pod is not running yet. Extend it as soon as it runs.'
  }
  if (state.phase !== 'running') return 'The rental has ended. Rent a new pod instead.'
  return endRefusal(state, request, nowMs) ?? budgetRefusal(state, request)
}

function endRefusal({ endsAt }: RentalState, request: ExtendRequest, nowMs: number): string | null {
  if (typeof request.endsAt === 'string' && !(Date.parse(request.endsAt) > nowMs))
    return 'The new end lies in the past.'
  if (request.addSeconds === undefined) return null
  if (request.endsAt !== undefined) return 'Give either a new end or a stretch of time, not both.'
  if (endsAt === null) return 'This rental runs until you stop it; there is no end to move.'
  return Number.isSafeInteger(request.addSeconds) && request.addSeconds > 0
    ? null
    : 'The stretch of time must be positive.'
}

function budgetRefusal({ chargedMicros }: RentalState, { spendLimitMicros }: ExtendRequest): string | null {
  if (spendLimitMicros === undefined || spendLimitMicros === null) return null
  return BigInt(spendLimitMicros) > BigInt(chargedMicros) ? null : 'The new budget is already spent.'
}

/** The limits after an extension that `extendRefusal` has let pass. */
export function extended(
  state: RentalState,
  request: ExtendRequest,
): Pick<RentalState, 'endsAt' | 'spendLimitMicros'> {
  const moved =
    request.addSeconds !== undefined && state.endsAt !== null
      ? new Date(Date.parse(state.endsAt) + request.addSeconds * 1000).toISOString()
      : state.endsAt
  return {
    endsAt: request.endsAt === undefined ? moved : request.endsAt,
    spendLimitMicros:
      request.spendLimitMicros === undefined ? state.spendLimitMicros : request.spendLimitMicros,
  }
}

export function viewOf(state: RentalState): RentalView {
  const { phase, health, endReason, waitingFor, since, attempt, pod, lastError, fundedUntil, chargedMicros } =
    state
  return {
    phase,
    health,
    endReason,
    waitingFor,
    since,
    attempt,
    podId: pod?.podId ?? null,
    lastError,
    fundedUntil,
    chargedMicros,
  }
}

/** Markdown for Temporal Web: what it waits for, since when, the provider's words, and what an operator can send. */
export function currentDetails(state: RentalState, plan: RentalPlan | null): string {
  const lines = [
    `**${state.phase}**${state.health === 'ok' ? '' : ` · ${state.health}`}${state.endReason ? ` · ${state.endReason}` : ''}`,
    ...(plan ? [plan.summary] : []),
    ...(state.waitingFor ? [`Waits for: ${state.waitingFor} (since ${state.since})`] : []),
    ...(state.pod
      ? [
          `Pod: \`${state.pod.podId ?? 'unknown'}\` at ${state.pod.provider}, marker \`${state.pod.marker}\`, attempt ${state.attempt}`,
        ]
      : []),
    ...(state.fundedUntil
      ? [`Funded until ${state.fundedUntil}, charged ${state.chargedMicros} micro-dollars`]
      : []),
    ...(state.lastError ? [`Last error: ${state.lastError}`] : []),
    ...(state.tried ?? []).map((line) => `Tried ${line}`),
    ...(state.health === 'stuck'
      ? [
          '',
          'An operator can send `retryNow` (try the pending step again now) or `forceEnd` with `{"reason": "…"}` (destroy the pod and end).',
        ]
      : []),
  ]
  return lines.join('\n\n')
}
