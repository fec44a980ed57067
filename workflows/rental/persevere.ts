import { describeAwaited, type Awaited } from '@berth/contract/awaited'
import { theySay, weSay, type Said } from '@berth/contract/causes'
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  rootCause,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow'
import { noticesSilence } from './changes.ts'
import type { Desk } from './desk.ts'

const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 60_000

export interface Step {
  awaited: Awaited
  /** Past this the rental says that it is stuck. */
  budgetMs: number
}

/**
 * Runs a step until it works, however long that takes. Between tries it says what it waits for and the last
 * error in the provider's words; past its budget it calls itself stuck; `retryNow` ends a pause at once.
 */
export async function persevere<T>(desk: Desk, step: Step, run: () => Promise<T>): Promise<T> {
  const { result } = await persevereUnless(desk, step, run, () => false)
  return result as T
}

/** The same, but gives up between two tries once the step is not wanted any more; then there is no result. */
export async function persevereUnless<T>(
  desk: Desk,
  step: Step,
  run: () => Promise<T>,
  unwanted: () => boolean,
): Promise<{ result?: T }> {
  const startedMs = Date.now()
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await within(desk, step, run)
      await recovered(desk)
      return { result }
    } catch (error) {
      if (isCancellation(error) || isFinal(error)) throw error
      await troubled(desk, step, saidOf(error).words, Date.now() - startedMs)
    }
    if (unwanted()) return {}
    await pause(desk, tries, unwanted)
    if (unwanted()) return {}
  }
}

/** Waits for work that may never come back (no worker, no database): past the budget the rental says that it is stuck. */
export async function within<T>(desk: Desk, step: Step, work: () => Promise<T>): Promise<T> {
  if (!noticesSilence()) return work()
  const alarm = new CancellationScope()
  const ringing = alarm
    .run(() => ring(desk, step))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error
    })
  try {
    return await work()
  } finally {
    alarm.cancel()
    // Why: what the alarm has begun to tell must stand in the timeline before what comes next.
    await ringing
  }
}

/** PostgreSQL answers in milliseconds, or it is down. */
const OWN_BUDGET_MS = 60_000

/** Waits for our own database, which is tried until it is back, and says so where that takes long. */
export async function steadily<T>(desk: Desk, kind: Awaited['kind'], work: () => Promise<T>): Promise<T> {
  const result = await within(desk, { awaited: { kind, provider: null }, budgetMs: OWN_BUDGET_MS }, work)
  if (desk.state.health === 'stuck') await recovered(desk)
  return result
}

async function ring(desk: Desk, step: Step): Promise<void> {
  await sleep(step.budgetMs)
  await CancellationScope.nonCancellable(() => troubled(desk, step, null, step.budgetMs))
}

/** Sleeps with back-off; an operator's `retryNow` wakes it, and whatever else is given. */
export async function pause(desk: Desk, tries: number, wake = () => false): Promise<void> {
  desk.inbox.retry = false
  await condition(
    () => desk.inbox.retry || wake(),
    Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS),
  )
}

/** Says that a step is late or failing: at first to operators only, past its budget to everybody. */
export async function troubled(
  desk: Desk,
  step: Step,
  words: string | null,
  elapsedMs: number,
): Promise<void> {
  const { awaited } = step
  const waitingFor = describeAwaited(awaited)
  const change = { waitingFor, ...(words ? { lastError: words } : {}) }
  if (elapsedMs < step.budgetMs || desk.state.health === 'stuck') return desk.note(change)
  await desk.tell(
    { ...change, health: 'stuck' },
    { health: 'stuck' },
    { kind: 'stuck', data: { waitingFor, awaited, words } },
  )
}

/** The step went through: nothing is waited for any more. */
export async function recovered(desk: Desk): Promise<void> {
  if (desk.state.health !== 'stuck') return desk.note({ waitingFor: null })
  await desk.tell({ waitingFor: null, health: 'ok' }, { health: 'ok' }, { kind: 'recovered', data: {} })
}

/** What an upstream said when it failed; a timeout reads as one. */
export function saidOf(error: unknown): Said {
  if (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure)
    return weSay({ code: 'no_answer', data: {} })
  return theySay(rootCause(error) ?? String(error))
}

/** A bug or a refusal that no repetition will heal: fail loudly, so that the workflow task shows it. */
const isFinal = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === 'rental_not_found'
