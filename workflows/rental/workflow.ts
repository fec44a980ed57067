import type { Refusal, Settlement } from '@berth/activities/billing/port'
import type { ResumePoint } from '@berth/activities/provisioning/types'
import type { EndReason } from '@berth/contract/rental-status'
import { weSay, type Said } from '@berth/contract/causes'
import { assertNever } from '@berth/contract/errors'
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import { asked, meter, records } from './activities.ts'
import { tellsEverySetback } from './changes.ts'
import { openDesk, type Desk } from './desk.ts'
import { listen } from './handlers.ts'
import { launch, type LaunchResult } from './launch.ts'
import type { RentalInput } from './messages.ts'
import { keepMetered, type MeterEnd } from './metering.ts'
import { persevere, steadily } from './persevere.ts'
import { initialState, requestedEnd, resumedState, saidBefore } from './state.ts'
import { destroyPod } from './teardown.ts'

/** A day of renewals is about two thousand events; the server warns at ten thousand. */
const LONG_HISTORY_EVENTS = 6_000

/** The life of one rental: reserve, launch, verify, meter, tear down, settle. */
export async function rental({ rentalId, carried }: RentalInput): Promise<void> {
  let desk: Desk | null = null
  const inbox = listen(() => desk, carried?.inbox)
  if (carried) {
    desk = openDesk({ plan: carried.plan, state: carried.state, inbox })
    return finish(
      desk,
      await run(
        desk,
        await meter.renewHold.executeWithOptions({ summary: 'settle and renew the hold' }, [{ rentalId }]),
      ),
    )
  }
  const claim = await records.claimRental.executeWithOptions({ summary: 'take the rental up' }, [
    { rentalId },
  ])
  if (!claim.ok) return
  if (claim.stopRequestedAt) inbox.stop ??= { requestedAt: claim.stopRequestedAt, by: 'user' }
  const { plan, resume } = claim
  const state = resume ? resumedState(plan, resume, now()) : initialState(plan, now())
  desk = openDesk({ plan, state, inbox })
  await finish(desk, resume ? await takeUp(desk, resume) : await begin(desk))
}

const now = (): string => new Date().toISOString()

/** From the request to the reason it ends. */
async function begin(desk: Desk): Promise<MeterEnd> {
  const refused = await reserve(desk)
  if (refused) return refused
  const launched = await launch(desk)
  if (!launched.ok) return unlaunched(desk, launched)
  const started = await startMeter(desk, launched)
  return 'reason' in started ? started : run(desk, started)
}

/** Before any meter started: what is closed here is not charged. */
const NEVER_USABLE = new Date(0).toISOString()

/** The workflow had been lost; the row says how far it had come. What was not running yet is ended, at our cost. */
async function takeUp(desk: Desk, resume: ResumePoint): Promise<MeterEnd> {
  if (resume.phase === 'running')
    return run(
      desk,
      await meter.renewHold.executeWithOptions({ summary: 'settle and renew the hold' }, [
        { rentalId: desk.plan.rentalId },
      ]),
    )
  const wanted = requestedEnd(desk.inbox)
  if (resume.endReason) {
    const at = wanted?.at ?? resume.stoppedAt ?? null
    return { reason: resume.endReason, at, said: saidBefore(resume) }
  }
  if (wanted) return { ...wanted, at: NEVER_USABLE }
  return { reason: 'failed', at: NEVER_USABLE, said: weSay({ code: 'launch_lost', data: {} }) }
}

/** Moves the first stretch of money to a hold, or says what is missing. */
async function reserve(desk: Desk): Promise<MeterEnd | null> {
  const { rentalId, priceMicrosPerHour, teardownSeconds, spendLimitMicros, durationSeconds } = desk.plan
  const wanted = { rentalId, priceMicrosPerHour, teardownSeconds, spendLimitMicros, durationSeconds }
  const answer = await steadily(desk, 'first_hold', () =>
    meter.reserveFunds.executeWithOptions({ summary: 'hold the first minutes' }, [wanted]),
  )
  if (!answer.ok) return unfunded(answer)
  await desk.tell(
    { reserved: true },
    {},
    { kind: 'reserved', data: { heldMicros: Number(answer.heldMicros) } },
  )
  return null
}

function unfunded({ reason, shortfallMicros }: Refusal): MeterEnd {
  const data = { shortfallMicros: Number(shortfallMicros) }
  const ends = (why: EndReason, said: Said): MeterEnd => ({ reason: why, at: null, said })
  switch (reason) {
    case 'insufficient_balance':
      return ends('insufficient_balance', weSay({ code: 'money_missing', data }))
    case 'wallet_in_debt':
      return ends('insufficient_balance', weSay({ code: 'wallet_owes', data }))
    case 'burn_limit':
      return ends('wallet_limit_reached', weSay({ code: 'burn_limit', data: {} }))
    case 'day_limit':
      return ends('wallet_limit_reached', weSay({ code: 'day_limit_short', data: {} }))
    default:
      return assertNever(reason)
  }
}

/** The pod is proved usable: from this second on the person pays, and the term counts. */
async function startMeter(
  desk: Desk,
  { pod, ready }: Extract<LaunchResult, { ok: true }>,
): Promise<Settlement | MeterEnd> {
  const { rentalId, durationSeconds } = desk.plan
  const { priceMicrosPerHour, teardownSeconds } = pod
  const answer = await steadily(desk, 'meter_start', () =>
    meter.startMeter.executeWithOptions({ summary: 'start the meter' }, [
      { rentalId, priceMicrosPerHour, teardownSeconds },
    ]),
  )
  if (!answer.ok) return unfunded(answer)
  const { settlement } = answer
  const startedAt = settlement.startedAt ?? settlement.now
  const endsAt =
    durationSeconds === null ? null : new Date(Date.parse(startedAt) + durationSeconds * 1000).toISOString()
  const bootSeconds = await records.bootSeconds.executeWithOptions({ summary: 'how long it booted' }, [
    { attemptId: pod.attemptId },
  ])
  await desk.tell(
    { phase: 'running', waitingFor: null, lastError: null, endsAt },
    {
      phase: 'running',
      ssh: ready.ssh,
      hostKey: ready.hostKey,
      ...(ready.ports && { ports: ready.ports }),
      endsAt,
      readyAt: startedAt,
    },
    { kind: 'running', data: { host: ready.ssh.host, port: ready.ssh.port, bootSeconds } },
  )
  return settlement
}

async function run(desk: Desk, settlement: Settlement): Promise<MeterEnd> {
  const historyIsLong = () =>
    workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > LONG_HISTORY_EVENTS
  const end = await keepMetered(desk, settlement, historyIsLong)
  if (end) return end
  await condition(allHandlersFinished)
  const { plan, state, inbox } = desk
  return continueAsNew<typeof rental>({ rentalId: plan.rentalId, carried: { plan, state, inbox } })
}

/** A launch that ended without a pod: because somebody ended the rental, or because nobody had one. */
function unlaunched(desk: Desk, result: Extract<LaunchResult, { ok: false }>): MeterEnd {
  const { reason, said } = result
  if (reason !== 'end_wanted') return { reason, at: null, said }
  return requestedEnd(desk.inbox) ?? { reason: 'failed', at: null, said }
}

/** What the provider said of a pod that it took away or lost, and until when it was there. */
async function tellLoss({ inbox, tell }: Desk, reason: MeterEnd['reason']): Promise<void> {
  if (reason !== 'interrupted' || !inbox.lost || !tellsEverySetback()) return
  const { rawStatus, lastAliveAt } = inbox.lost
  await tell({}, {}, { kind: 'pod_lost', data: { rawStatus, lastAliveAt } })
}

/** Ends that no renter brought about: time paid ahead comes back in full, whatever the terms of an early stop are. */
const OUR_DOING: ReadonlySet<EndReason> = new Set(['interrupted', 'failed', 'ended_by_operator'])

const NOTHING_CHARGED = { chargedMicros: '0', billedSeconds: 0 }

/** Money stops first and at once; the pod is destroyed beside it and its absence proved, however long that takes. */
async function finish(desk: Desk, end: MeterEnd): Promise<void> {
  const { rentalId } = desk.plan
  const { reason, said } = end
  const detail = said?.words ?? null
  const cause = said?.cause ?? null
  await tellLoss(desk, reason)
  const verdict = { phase: 'stopping', health: 'ok', endReason: reason, endDetail: detail } as const
  const patch = { ...verdict, endCause: cause }
  await desk.tell({ ...verdict, waitingFor: null }, patch, { kind: 'stopping', data: { reason } })
  const closing = desk.state.reserved
    ? meter.closeMeter.executeWithOptions({ summary: 'settle and release the hold' }, [
        { rentalId, ...(end.at ? { endAt: end.at } : {}), refundUnused: OUR_DOING.has(reason) },
      ])
    : NOTHING_CHARGED
  const [closed] = await Promise.all([
    closing,
    ...[...desk.state.mayBeAlive].map((pod) => destroyPod(desk, pod)),
  ])
  const booked = { awaited: { kind: 'upstream_cost', provider: null }, budgetMs: 120_000 } as const
  await persevere(desk, booked, () =>
    asked.recordUpstreamCost.executeWithOptions({ summary: 'book what it cost us upstream' }, [{ rentalId }]),
  )
  const { billedSeconds, chargedMicros } = closed
  await desk.tell(
    { phase: 'ended', waitingFor: null, chargedMicros, fundedUntil: null },
    { phase: 'ended', ended: true },
    { kind: 'ended', data: { reason, detail, cause, chargedMicros: Number(chargedMicros), billedSeconds } },
  )
  await condition(allHandlersFinished)
}
