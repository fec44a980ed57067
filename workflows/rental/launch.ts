import type { OpenAttempt, ReadyAnswer } from '@berth/activities/provisioning/types'
import { describeAwaited } from '@berth/contract/awaited'
import { onlySaid, weSay, type Said } from '@berth/contract/causes'
import type { AttemptOutcome, EndReason } from '@berth/contract/rental-status'
import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow'
import { catalog, records, watched } from './activities.ts'
import { tellsEverySetback } from './changes.ts'
import { createPod } from './create-pod.ts'
import type { Desk } from './desk.ts'
import { recovered, within } from './persevere.ts'
import { endWanted, type PodRef } from './state.ts'
import { destroyPod } from './teardown.ts'

/** Bounds the walk: eight refusals in a row are a market without stock, not bad luck. */
const MAX_ATTEMPTS = 8
/** A host that proved bad is re-rolled on the same offer this often before the next offer is tried. */
const MAX_TRIES_PER_OFFER = 2
/** The watch itself ends a boot that takes too long; later than this nobody watches. */
const SLACK_MS = 60_000

type Ready = Extract<ReadyAnswer, { ok: true }>
type Failure = Said & { outcome: AttemptOutcome }
export type LaunchResult =
  | { ok: true; pod: PodRef; ready: Ready }
  | { ok: false; reason: EndReason | 'end_wanted'; said: Said | null }

/**
 * Walks the candidates: the chosen offer, then, if the person allowed it, equal ones up to the price cap.
 * Each attempt leaves a record and, when it fails, proof that nothing of it is alive.
 */
export async function launch(desk: Desk): Promise<LaunchResult> {
  const failures: Failure[] = []
  const tries = new Map<string, number>()
  let offerId: string | null = desk.plan.offerId
  for (let number = 1; number <= MAX_ATTEMPTS && offerId !== null; number += 1) {
    if (endWanted(desk.inbox)) return { ok: false, reason: 'end_wanted', said: null }
    tries.set(offerId, (tries.get(offerId) ?? 0) + 1)
    const result = await attempt(desk, number, offerId)
    if (result.ok) return result
    if (result.outcome === 'cancelled') return { ok: false, reason: 'end_wanted', said: null }
    failures.push(result)
    const line = `${number}. ${offerId}: ${result.outcome.replaceAll('_', ' ')} (${result.words})`
    desk.note({ tried: [...(desk.state.tried ?? []), line] })
    if (result.outcome === 'invalid_request') return { ok: false, reason: 'failed', said: result }
    offerId = await nextOffer(desk, offerId, result.outcome, tries)
  }
  return verdict(failures)
}

/** No pod: for want of capacity where that was all that stood in the way, else failed, in the last provider's words. */
function verdict(failures: Failure[]): LaunchResult {
  const capacity = failures.every(({ outcome }) => outcome === 'no_capacity' || outcome === 'quota')
  return { ok: false, reason: capacity ? 'no_capacity' : 'failed', said: failures.at(-1) ?? null }
}

async function nextOffer(
  desk: Desk,
  offerId: string,
  outcome: AttemptOutcome,
  tries: Map<string, number>,
): Promise<string | null> {
  const badHost = outcome === 'boot_timeout' || outcome === 'verification_failed' || outcome === 'failed'
  if (badHost && (tries.get(offerId) ?? 0) < MAX_TRIES_PER_OFFER) return offerId
  const { plan } = desk
  if (plan.failoverMaxPriceMicrosPerHour === null) return null
  const candidates = await catalog.findCandidates.executeWithOptions(
    { summary: 'equal offers under the price cap' },
    [
      {
        offerId: plan.offerId,
        gpuKey: plan.gpuKey,
        gpuCount: plan.gpuCount,
        diskGib: plan.diskGib,
        maxPriceMicrosPerHour: plan.failoverMaxPriceMicrosPerHour,
        excludeOfferIds: [...tries.keys()],
        limit: 1,
      },
    ],
  )
  return candidates[0]?.offerId ?? null
}

type AttemptResult = { ok: true; pod: PodRef; ready: Ready } | ({ ok: false } & Failure)

async function attempt(desk: Desk, number: number, offerId: string): Promise<AttemptResult> {
  const { rentalId, failoverMaxPriceMicrosPerHour, priceMicrosPerHour } = desk.plan
  const opened = await records.openAttempt.executeWithOptions({ summary: `write down attempt ${number}` }, [
    {
      rentalId,
      attempt: number,
      offerId,
      maxPriceMicrosPerHour:
        number === 1 ? priceMicrosPerHour : (failoverMaxPriceMicrosPerHour ?? priceMicrosPerHour),
    },
  ])
  if (!opened.ok) return untried(desk, number, opened)
  const pod = await register(desk, opened.attempt)
  const created = await createPod(desk, pod)
  if (!created.ok) return give(desk, pod, created)
  await podCreated(desk, pod, created)
  const ready = await awaitReady(desk, pod)
  if (!ready.ok) return give(desk, pod, ready)
  await records.closeAttempt.executeWithOptions({ summary: 'how the attempt ended' }, [
    {
      attemptId: pod.attemptId,
      outcome: 'ready',
      words: null,
      podId: pod.podId,
      hostId: ready.hostId,
    },
  ])
  await catalog.recordLaunchOutcome.executeWithOptions({ summary: 'tell the market how the launch went' }, [
    { offerId: pod.offerId },
  ])
  return { ok: true, pod, ready }
}

/** The offer was gone, too dear or closed before anybody was asked: no record of an attempt, but a line in the timeline. */
async function untried(desk: Desk, attempt: number, refused: Said): Promise<AttemptResult> {
  const outcome = 'no_capacity'
  const said = onlySaid(refused)
  if (tellsEverySetback()) {
    await desk.tell(
      { lastError: said.words },
      {},
      { kind: 'attempt_failed', data: { attempt, outcome, ...said } },
    )
  }
  return { ok: false, outcome, ...said }
}

/** Compensation before the step: from now on the teardown destroys whatever carries this marker. */
async function register(desk: Desk, opened: OpenAttempt): Promise<PodRef> {
  const pod: PodRef = { ...opened, podId: null }
  desk.state.mayBeAlive.push(pod)
  await desk.tell(
    {
      phase: 'launching',
      attempt: pod.attempt,
      pod,
      waitingFor: describeAwaited({ kind: 'pod_creation', provider: pod.provider }),
    },
    { phase: 'launching', attempt: pod },
    {
      kind: 'attempt_started',
      data: {
        attempt: pod.attempt,
        provider: pod.provider,
        offerId: pod.offerId,
        priceMicrosPerHour: pod.priceMicrosPerHour,
      },
    },
  )
  return pod
}

async function podCreated(
  desk: Desk,
  pod: PodRef,
  created: { podId: string; adopted: boolean },
): Promise<void> {
  pod.podId = created.podId
  await desk.tell(
    { phase: 'verifying', waitingFor: describeAwaited({ kind: 'ssh_answer', provider: null }) },
    { phase: 'verifying', podId: created.podId },
    {
      kind: created.adopted ? 'pod_adopted' : 'pod_created',
      data: { attempt: pod.attempt, provider: pod.provider },
    },
  )
}

/** Until the pod is proved usable, its boot budget is spent, or somebody ends the rental. */
async function awaitReady(desk: Desk, pod: PodRef): Promise<ReadyAnswer | ({ ok: false } & Failure)> {
  const scope = new CancellationScope()
  const step = {
    awaited: { kind: 'usable_pod', provider: pod.provider },
    budgetMs: pod.bootBudgetSeconds * 1000 + SLACK_MS,
  } as const
  const watching = within(desk, step, () =>
    scope.run(() =>
      watched.awaitReady.executeWithOptions(
        { summary: `pod ${pod.podId} at ${pod.provider} to answer by SSH` },
        [{ attemptId: pod.attemptId, account: pod.account, podId: pod.podId ?? '' }],
      ),
    ),
  )
  const settled = watching.then(
    () => true,
    () => true,
  )
  await Promise.race([settled, condition(() => endWanted(desk.inbox))])
  if (endWanted(desk.inbox)) scope.cancel()
  try {
    const answer = await watching
    if (desk.state.health === 'stuck') await recovered(desk)
    return answer
  } catch (error) {
    // Why any failure once it is called off: a watch whose worker died is not tried again then, it fails as timed out.
    if (isCancellation(error) || (error instanceof ActivityFailure && endWanted(desk.inbox)))
      return { ok: false, outcome: 'cancelled', ...weSay({ code: 'ended_before_ready', data: {} }) }
    throw error
  }
}

/** Ends a failed attempt: record it, tell the catalog, and leave nothing alive before anything else is tried. */
async function give(
  desk: Desk,
  pod: PodRef,
  failure: Failure & { hostId?: string | null; harmless?: boolean },
): Promise<AttemptResult> {
  const { outcome } = failure
  const said = onlySaid(failure)
  await records.closeAttempt.executeWithOptions({ summary: 'how the attempt ended' }, [
    {
      attemptId: pod.attemptId,
      outcome,
      ...said,
      podId: pod.podId,
      hostId: failure.hostId ?? null,
    },
  ])
  await (outcome === 'no_capacity'
    ? catalog.recordRefusal.executeWithOptions({ summary: 'tell the market of the refusal' }, [
        { offerId: pod.offerId, reason: said.words },
      ])
    : catalog.recordLaunchOutcome.executeWithOptions({ summary: 'tell the market how the launch went' }, [
        { offerId: pod.offerId },
      ]))
  await desk.tell(
    { lastError: said.words },
    {},
    { kind: 'attempt_failed', data: { attempt: pod.attempt, outcome, ...said } },
  )
  // A cancelled attempt is torn down by the story itself, with the meter closed beside it.
  if (outcome === 'cancelled') return { ok: false, outcome, ...said }
  if (failure.harmless) forget(desk, pod)
  else await destroyPod(desk, pod)
  return { ok: false, outcome, ...said }
}

/** The provider refused for certain: nothing was made, nothing has to be destroyed. */
function forget(desk: Desk, pod: PodRef): void {
  desk.state.mayBeAlive = desk.state.mayBeAlive.filter(({ attemptId }) => attemptId !== pod.attemptId)
  desk.note({ pod: null })
}
