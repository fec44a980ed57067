import { onlySaid, theySay, weSay, type Said } from '@berth/contract/causes'
import { LaunchAttemptEntity, type LaunchAttempt } from '@berth/entities/launch-attempt'
import { setTimeout as delay } from 'node:timers/promises'
import type { DataSource } from 'typeorm'
import type { Instance, InstanceState, Provider, SoldGpu, SshEndpoint } from '../providers/port.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { whyBlocked } from './bad-hosts.ts'
import type { ReadyAnswer } from './types.ts'

/** What a look at the pod over SSH answered. */
export type ProbeAnswer =
  | { ok: true; hostKeyFingerprint: string | null }
  | (Said & {
      ok: false
      reason: string
      /** The pod is there but is not what was sold. */
      mismatch: boolean
    })
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
}

type Look = { done: ReadyAnswer } | { done: null; words: string; hostId: string | null }

interface Watch {
  attempt: LaunchAttempt
  podId: string
  /** Milliseconds since the attempt's record was written. */
  age: () => number
}

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
  const { dataSource, provider, heartbeat } = deps
  const attempt = await dataSource.manager.findOneByOrFail(LaunchAttemptEntity, { id: attemptId })
  const watch = { attempt, podId, age: await ageOf(dataSource, attempt) }
  const { bootBudgetSeconds, bootPollSeconds } = provider.capabilities
  for (let hostId: string | null = null; ;) {
    const look = await lookAt(deps, watch, signal)
    if (look.done) return look.done
    hostId = look.hostId ?? hostId
    heartbeat(look.words)
    if (watch.age() >= bootBudgetSeconds * 1000) {
      const data = { seconds: bootBudgetSeconds, words: look.words }
      return { ok: false, outcome: 'boot_timeout', ...weSay({ code: 'boot_timeout', data }), hostId }
    }
    await delay(bootPollSeconds * 1000, undefined, { signal })
  }
}

/** By the database's clock, which wrote the record: a worker whose own is wrong neither cuts a boot short nor waits for ever. */
async function ageOf(dataSource: DataSource, { id }: LaunchAttempt): Promise<() => number> {
  const [row]: { age: number }[] = await dataSource.query(
    `SELECT extract(epoch FROM clock_timestamp() - started_at)::float8 * 1000 AS age FROM launch_attempts WHERE id = $1`,
    [id],
  )
  const readAt = performance.now()
  return () => (row?.age ?? 0) + performance.now() - readAt
}

/** One look. A provider that does not answer, or not so that it reads, is asked again: only what it says of the pod ends the watch. */
async function lookAt(deps: Deps, watch: Watch, signal: AbortSignal): Promise<Look> {
  try {
    const instance = await deps.provider.describe(watch.podId, signal)
    return await judge(deps, watch, instance, signal)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { done: null, words: error.words, hostId: null }
  }
}

async function judge(
  deps: Deps,
  { attempt, age }: Watch,
  instance: Instance,
  signal: AbortSignal,
): Promise<Look> {
  const { state, hostId, rawStatus, statusMessage, ssh, ports } = instance
  const words = statusMessage ?? rawStatus
  if (HOPELESS.includes(state)) {
    const bare = weSay({ code: 'bad_status', data: { words: rawStatus } })
    return failed('failed', statusMessage === null ? bare : theySay(statusMessage), hostId)
  }
  if (state === 'gone' && age() > listLagMs(deps))
    return failed('failed', weSay({ code: 'pod_vanished', data: {} }), hostId)
  const bad = await knownBad(deps, attempt, hostId)
  if (bad !== null) return failed('failed', weSay({ code: 'bad_host', data: { words: bad } }), hostId)
  if (state !== 'running' || !ssh) return { done: null, words, hostId }
  deps.heartbeat(words)
  const answer = await deps.probe({ ssh, expected: soldGpu(attempt), signal })
  if (answer.ok) return { done: { ok: true, ssh, hostId, hostKey: answer.hostKeyFingerprint, ports } }
  if (answer.mismatch) return failed('verification_failed', answer, hostId)
  return { done: null, words: answer.words, hostId }
}

/** A pod in one of these states will not become usable any more. */
const HOPELESS: readonly InstanceState[] = ['failed', 'interrupted', 'stopped', 'terminating']

const failed = (outcome: 'failed' | 'verification_failed', said: Said, hostId: string | null): Look => ({
  done: { ok: false, outcome, ...onlySaid(said), hostId },
})

const knownBad = async (
  { dataSource }: Deps,
  { account, rentalId }: LaunchAttempt,
  hostId: string | null,
): Promise<string | null> =>
  hostId === null ? null : whyBlocked(dataSource.manager, { account, hostId, rentalId })

/** A pod just created may read as unknown for a moment; later it has really gone. */
const listLagMs = ({ provider }: Deps): number => (provider.capabilities.listLagSeconds + 30) * 1000

/** Null where there is no GPU to compare. */
function soldGpu({ offer }: LaunchAttempt): SoldGpu | null {
  const { vendor, model, memoryGib } = offer.gpu
  return vendor === 'none' ? null : { vendor, model, memoryGib, count: offer.gpuCount }
}
