import { LaunchAttemptEntity, type LaunchAttempt } from '@berth/entities/launch-attempt'
import { setTimeout as delay } from 'node:timers/promises'
import type { DataSource } from 'typeorm'
import type { Instance, Provider, SoldGpu, SshEndpoint } from '../providers/port.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { ReadyAnswer } from './types.ts'

/** What a look at the pod over SSH answered. */
export type ProbeAnswer =
  | { ok: true; hostKeyFingerprint: string | null }
  | {
      ok: false
      reason: string
      words: string
      /** The pod is there but is not what was sold. */ mismatch: boolean
    }
export type ProbePod = (input: {
  ssh: SshEndpoint
  expected: SoldGpu | null
  signal: AbortSignal
}) => Promise<ProbeAnswer>

interface Deps {
  dataSource: DataSource
  provider: Provider
  probe: ProbePod
  /** Called at every look, so that a dead worker is noticed within the heartbeat timeout. */
  heartbeat: (details: unknown) => void
  now: () => number
}

type Look = { done: ReadyAnswer } | { done: null; words: string }

/**
 * Watches one booting pod until it answers by SSH and shows the GPU that was sold, or until the boot budget,
 * counted from the attempt's record, is spent. A repeated call goes on where the first was: it holds no state.
 */
export async function awaitReady(
  deps: Deps,
  attemptId: string,
  podId: string,
  signal: AbortSignal,
): Promise<ReadyAnswer> {
  const { dataSource, provider, heartbeat, now } = deps
  const attempt = await dataSource.manager.findOneByOrFail(LaunchAttemptEntity, { id: attemptId })
  const { bootBudgetSeconds, bootPollSeconds } = provider.capabilities
  const deadlineMs = attempt.startedAt.getTime() + bootBudgetSeconds * 1000
  for (let words = 'it was never seen'; ;) {
    const look = await lookAt(deps, attempt, podId, signal)
    if (look.done) return look.done
    words = look.words
    heartbeat(words)
    if (now() >= deadlineMs) {
      return {
        ok: false,
        outcome: 'boot_timeout',
        words: `Not usable within ${bootBudgetSeconds} s: ${words}`,
        hostId: null,
      }
    }
    await delay(bootPollSeconds * 1000, undefined, { signal })
  }
}

/** One look. A provider that does not answer, or not so that it reads, is asked again: only what it says of the pod ends the watch. */
async function lookAt(deps: Deps, attempt: LaunchAttempt, podId: string, signal: AbortSignal): Promise<Look> {
  try {
    const instance = await deps.provider.describe(podId, signal)
    return await judge(deps, attempt, instance, signal)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { done: null, words: error.words }
  }
}

async function judge(
  deps: Deps,
  attempt: LaunchAttempt,
  instance: Instance,
  signal: AbortSignal,
): Promise<Look> {
  const { state, hostId, rawStatus, statusMessage, ssh } = instance
  const words = statusMessage ?? `the provider says ${rawStatus}`
  const failed = (outcome: 'failed' | 'verification_failed', said: string): Look => ({
    done: { ok: false, outcome, words: said, hostId },
  })
  if (state === 'failed' || state === 'interrupted' || state === 'stopped' || state === 'terminating')
    return failed('failed', words)
  if (state === 'gone' && pastListLag(deps, attempt))
    return failed('failed', 'The pod vanished while booting.')
  if (state !== 'running' || !ssh) return { done: null, words }
  const answer = await deps.probe({ ssh, expected: soldGpu(attempt), signal })
  if (answer.ok) return { done: { ok: true, ssh, hostId, hostKey: answer.hostKeyFingerprint } }
  if (answer.mismatch) return failed('verification_failed', answer.words)
  return { done: null, words: answer.words }
}

/** A pod just created may read as unknown for a moment; later it has really gone. */
const pastListLag = ({ provider, now }: Deps, { startedAt }: LaunchAttempt): boolean =>
  now() > startedAt.getTime() + (provider.capabilities.listLagSeconds + 30) * 1000

/** Null where there is no GPU to compare. */
function soldGpu({ offer }: LaunchAttempt): SoldGpu | null {
  const { vendor, model, memoryGib } = offer.gpu
  return vendor === 'none' ? null : { vendor, model, memoryGib, count: offer.gpuCount }
}
