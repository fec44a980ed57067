import { CancellationScope } from '@temporalio/workflow'
import { asked } from './activities.ts'
import type { Desk } from './desk.ts'
import { tellsEverySetback } from './changes.ts'
import { pause, persevere, recovered, troubled, type Step } from './persevere.ts'
import type { PodRef } from './state.ts'

/** Absence is proved when get and list both say gone, this often, seconds apart. */
const PROOFS = 2
/** An order that has shown no effect after so many looks is given again. */
const LOOKS_PER_ORDER = 5
const SLACK_MS = 60_000

/**
 * Destroys whatever carries the marker of this attempt and proves its absence, however long it takes.
 * Runs to its end even when the workflow is cancelled: an abandoned pod costs real money.
 */
export function destroyPod(desk: Desk, pod: PodRef): Promise<void> {
  return CancellationScope.nonCancellable(async () => {
    const startedMs = Date.now()
    const step = {
      awaited: { kind: 'pod_destruction', provider: pod.provider },
      budgetMs: pod.teardownSeconds * 1000 + SLACK_MS,
    } as const
    for (let looks = 0, proofs = 0; proofs < PROOFS; looks += 1) {
      if (looks > 0) await pause(desk, proofs > 0 ? 1 : looks)
      if (looks % LOOKS_PER_ORDER === 0) await persevere(desk, step, () => orderEnd(pod))
      const answer = await persevere(desk, step, () => lookForAbsence(pod))
      proofs = answer.gone ? proofs + 1 : 0
      if (!answer.gone) await notGone(desk, step, answer.words, Date.now() - startedMs)
    }
    await proved(desk, pod)
  })
}

/** Told to the person once the provider has had the time it says it needs; past the budget it is a matter for an operator. */
async function notGone(desk: Desk, step: Step, words: string, elapsedMs: number): Promise<void> {
  await troubled(desk, step, words, elapsedMs)
  if (elapsedMs < step.budgetMs - SLACK_MS || elapsedMs >= step.budgetMs || !tellsEverySetback()) return
  await desk.tell({}, {}, { kind: 'teardown_delayed', data: { words } })
}

const orderEnd = (pod: PodRef): Promise<void> =>
  asked.terminatePod.executeWithOptions(
    { summary: `destroy ${pod.podId ?? pod.marker} at ${pod.provider}` },
    [{ account: pod.account, marker: pod.marker, podId: pod.podId }],
  )

const lookForAbsence = (pod: PodRef) =>
  asked.proveAbsence.executeWithOptions(
    { summary: `is ${pod.podId ?? pod.marker} gone at ${pod.provider}?` },
    [{ account: pod.account, marker: pod.marker, podId: pod.podId }],
  )

async function proved(desk: Desk, pod: PodRef): Promise<void> {
  await recovered(desk)
  await desk.tell(
    { mayBeAlive: desk.state.mayBeAlive.filter(({ attemptId }) => attemptId !== pod.attemptId) },
    {},
    { kind: 'absence_proved', data: { attempt: pod.attempt, provider: pod.provider } },
  )
}
