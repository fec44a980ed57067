import type { LaunchAnswer } from '@berth/activities/provisioning/types'
import { describeAwaited } from '@berth/contract/awaited'
import { onlySaid, weSay, type Said } from '@berth/contract/causes'
import type { AttemptOutcome } from '@berth/contract/rental-status'
import { ActivityFailure, condition, isCancellation, sleep } from '@temporalio/workflow'
import { asked, catalog, once } from './activities.ts'
import { endsASearch, tearsDownTheUnheard, tellsEverySetback } from './changes.ts'
import type { Desk } from './desk.ts'
import { persevereUnless, recovered, saidOf, troubled, within } from './persevere.ts'
import { endWanted, type PodRef } from './state.ts'

const MAX_TRIES = 6
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 30_000
/** Two looks that are closer together prove nothing: a provider's list may lag. */
const LEAST_LIST_LAG_MS = 3_000
const SEARCH_BUDGET_MS = 120_000
/** A create has a time limit of its own well below this; beyond it no worker has taken it up. */
const ORDER_BUDGET_MS = 120_000

const ENDED: Created = {
  ok: false,
  outcome: 'cancelled',
  ...weSay({ code: 'ended_first', data: {} }),
  harmless: false,
}

export type Created =
  | { ok: true; podId: string; adopted: boolean }
  /** `harmless`: the provider refused for certain; nothing can be alive. */
  | (Said & { ok: false; outcome: AttemptOutcome; harmless: boolean })

/**
 * The marker rule. No provider takes an idempotency key, so after an answer that was lost or ambiguous the
 * marker is looked up before anything else: one match is adopted, none (twice, some seconds apart) allows
 * another try, several stop the rental until an operator decides.
 */
export async function createPod(desk: Desk, pod: PodRef): Promise<Created> {
  let last: Said = weSay({ code: 'provider_unreachable', data: {} })
  let unheard = false
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    if (endWanted(desk.inbox)) return ENDED
    const answer = await order(desk, pod)
    if (answer.ok) return { ok: true, podId: answer.podId, adopted: false }
    last = onlySaid(answer)
    unheard ||= isAmbiguous(answer.kind)
    const outcome = await resolve(desk, pod, answer, tries)
    if (outcome !== 'again') return unheard ? notHarmless(outcome) : outcome
  }
  return { ok: false, outcome: 'failed', ...last, harmless: false }
}

const isAmbiguous = (kind: string): boolean => kind === 'ambiguous' || kind === 'protocol'

/** A clear no says nothing of an earlier order whose answer was lost: its pod may yet come up. */
const notHarmless = (outcome: Created): Created =>
  !outcome.ok && outcome.harmless && tearsDownTheUnheard() ? { ...outcome, harmless: false } : outcome

/** Exactly one create; whatever else comes back than its own answer is ambiguous. */
async function order(desk: Desk, pod: PodRef): Promise<LaunchAnswer> {
  const awaited = { kind: 'pod_creation', provider: pod.provider } as const
  const step = { awaited, budgetMs: ORDER_BUDGET_MS }
  try {
    const answer = await within(desk, step, () =>
      once.launchPod.executeWithOptions({ summary: `create ${pod.marker} at ${pod.provider}` }, [
        { attemptId: pod.attemptId },
      ]),
    )
    if (desk.state.health === 'stuck') await recovered(desk)
    return answer
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    return { ok: false, kind: 'ambiguous', ...saidOf(error), retryAfterMs: null }
  }
}

async function resolve(
  desk: Desk,
  pod: PodRef,
  answer: Extract<LaunchAnswer, { ok: false }>,
  tries: number,
): Promise<Created | 'again'> {
  switch (answer.kind) {
    case 'ambiguous':
    case 'protocol':
      return reconcile(desk, pod)
    case 'rate_limited':
    case 'not_yet':
    case 'unavailable': {
      const waitMs = answer.retryAfterMs ?? Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS)
      await madeToWait(desk, pod, answer)
      await condition(() => endWanted(desk.inbox) || desk.inbox.retry, waitMs)
      desk.inbox.retry = false
      return 'again'
    }
    case 'auth':
    case 'upstream_funds':
      // Nobody else should run into it: nothing new is launched there until an operator has looked.
      await catalog.switchProvider.executeWithOptions({ summary: `close ${pod.account} to everybody` }, [
        { account: pod.account, status: 'drain', reason: answer.words },
      ])
      return { ok: false, outcome: answer.kind, words: answer.words, harmless: true }
    default:
      return { ok: false, outcome: answer.kind, words: answer.words, harmless: true }
  }
}

/** Operators see each wait, the person too: a launch that takes long says why. */
async function madeToWait(
  desk: Desk,
  pod: PodRef,
  { kind, words }: Extract<LaunchAnswer, { ok: false }>,
): Promise<void> {
  const waitingFor = describeAwaited({ kind: 'provider_readiness', provider: pod.provider })
  const change = { lastError: words, waitingFor }
  if (!tellsEverySetback()) return desk.note(change)
  const data = { attempt: pod.attempt, reason: kind, words }
  await desk.tell(change, {}, { kind: 'attempt_waiting', data })
}

async function reconcile(desk: Desk, pod: PodRef): Promise<Created | 'again'> {
  const lagMs = Math.max(pod.listLagSeconds * 1000, LEAST_LIST_LAG_MS)
  for (const waitMs of [0, lagMs]) {
    if (waitMs > 0) await sleep(waitMs)
    const found = await search(desk, pod)
    if (!found) return ENDED
    const [first, ...others] = found
    if (first !== undefined && others.length === 0) return { ok: true, podId: first, adopted: true }
    if (first !== undefined) return callOperator(desk, pod, 1 + others.length)
  }
  return 'again'
}

/** Undefined when the rental is ended before the provider answers: its money is free at once, the teardown looks on. */
async function search(desk: Desk, pod: PodRef): Promise<string[] | undefined> {
  const step = {
    awaited: { kind: 'creation_answer', provider: pod.provider },
    budgetMs: SEARCH_BUDGET_MS,
  } as const
  const { result } = await persevereUnless(
    desk,
    step,
    () =>
      asked.findPods.executeWithOptions({ summary: `look for ${pod.marker} at ${pod.provider}` }, [
        { account: pod.account, marker: pod.marker },
      ]),
    () => endWanted(desk.inbox) && endsASearch(),
  )
  return result
}

/** More than one pod for one attempt: nobody but a person may choose. Whatever is decided, all of them are destroyed first. */
async function callOperator(desk: Desk, pod: PodRef, count: number): Promise<Created> {
  const said = weSay({ code: 'created_twice', data: { count, marker: pod.marker } })
  const awaited = { kind: 'operator_decision', provider: null } as const
  await troubled(desk, { awaited, budgetMs: 0 }, said.words, 0)
  await condition(() => desk.inbox.retry || endWanted(desk.inbox))
  desk.inbox.retry = false
  return { ok: false, outcome: 'failed', ...said, harmless: false }
}
