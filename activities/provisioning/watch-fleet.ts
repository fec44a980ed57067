import type { InstanceState, Instance, Provider } from '../providers/port.ts'
import { QueryFailedError, type DataSource } from 'typeorm'
import { appendEvent } from './record-rental.ts'
import { parseMarker } from '../providers/marker.ts'
import * as sightings from './pod-sightings.ts'

/** News of a pod for the workflow of its rental. */
export interface PodNews {
  rentalId: string
  podId: string
  state: string
  rawStatus: string
  observedAt: string
  lastAliveAt: string
}

export interface FleetReport {
  seen: number
  told: number
  reaped: string[]
  /** Pods missing or unwanted that one more look has to confirm: a reason to look again soon. */
  suspects: number
  /** What went wrong with single pods, in the provider's words; the others were looked after all the same. */
  troubles: string[]
}

interface Deps {
  dataSource: DataSource
  provider: Provider
  /** False when there is no such workflow any more; throws when Temporal could not be asked. */
  tellRental: (news: PodNews) => Promise<boolean>
}

/** Two looks in a row: a list may lag, and one empty page must not end or destroy anything. */
const LOOKS = 2

/**
 * One list call compares what lives upstream with what should. Rentals hear only of changes; a pod with our
 * marker that no rental wants, twice seen, is destroyed at our cost; a pod that is missing twice and that the
 * provider also denies when asked for it ends its rental at the last instant it was seen alive.
 */
export async function watchFleet(deps: Deps, signal: AbortSignal): Promise<FleetReport> {
  const { dataSource, provider } = deps
  const observedAt = await sightings.databaseNow(dataSource)
  const owned = await provider.listOwned(signal)
  await sightings.record(dataSource, provider.account, owned, observedAt)
  const asked = await askForMissing(deps, observedAt, signal)
  const told = await tellChanges(deps, observedAt)
  const unwanted = await reap(deps, owned, signal)
  return {
    seen: owned.length,
    told: told.done.length,
    reaped: unwanted.done,
    suspects:
      (await sightings.missing(dataSource, provider.account, observedAt, 1)).length + unwanted.waiting,
    troubles: [...asked.troubles, ...told.troubles, ...unwanted.troubles],
  }
}

async function askForMissing(
  { dataSource, provider }: Deps,
  observedAt: Date,
  signal: AbortSignal,
): Promise<Round> {
  const missing = await sightings.missing(dataSource, provider.account, observedAt, LOOKS)
  return eachApart(missing, async ({ podId }) => {
    const instance = await provider.describe(podId, signal)
    const alive: InstanceState[] = ['running', 'provisioning', 'unknown']
    await sightings.correct(
      dataSource,
      provider.account,
      instance,
      alive.includes(instance.state) ? observedAt : null,
    )
  })
}

/** What nobody heard stays untold: a workflow that was lost is started again from its row, and hears it then. */
async function tellChanges({ dataSource, provider, tellRental }: Deps, observedAt: Date): Promise<Round> {
  const changes = await sightings.untold(dataSource, provider.account)
  return eachApart(changes, async (change) => {
    const heard = await tellRental({
      ...change,
      lastAliveAt: change.lastAliveAt.toISOString(),
      observedAt: observedAt.toISOString(),
    })
    if (heard) await sightings.markTold(dataSource, provider.account, change.podId, change.state)
  })
}

/** Only pods of this installation: a marker whose rental we do not know belongs to somebody who shares the account. */
async function reap(
  { dataSource, provider }: Deps,
  owned: Instance[],
  signal: AbortSignal,
): Promise<Round & { waiting: number }> {
  const living = new Set(owned.map(({ id }) => id))
  const counted = await sightings.countUnwanted(dataSource, provider.account)
  const unwanted = counted.filter(({ podId }) => living.has(podId))
  const confirmed = unwanted.filter(({ looks }) => looks >= LOOKS)
  const round = await eachApart(confirmed, async ({ podId, marker }) => {
    await provider.terminate(podId, signal)
    await recordReaped(dataSource, provider, podId, marker)
  })
  return { ...round, waiting: unwanted.length - round.done.length }
}

interface Round {
  /** Ids of the pods it went well with. */
  done: string[]
  troubles: string[]
}

/** One pod that makes trouble must not keep the watch from the others; a database that is away ends the round. */
async function eachApart<Pod extends { podId: string }>(
  pods: Pod[],
  act: (pod: Pod) => Promise<void>,
): Promise<Round> {
  const round: Round = { done: [], troubles: [] }
  for (const pod of pods) {
    try {
      await act(pod)
      round.done.push(pod.podId)
    } catch (error) {
      if (error instanceof QueryFailedError) throw error
      round.troubles.push(`${pod.podId}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return round
}

async function recordReaped(
  dataSource: DataSource,
  provider: Provider,
  podId: string,
  marker: string,
): Promise<void> {
  const rentalId = parseMarker(marker)?.rentalId
  await dataSource.transaction(async (manager) => {
    await manager.query(
      `UPDATE pod_sightings SET reaped_at = clock_timestamp() WHERE account = $1 AND pod_id = $2`,
      [provider.account, podId],
    )
    const [rental]: { id: string; userId: string }[] = await manager.query(
      `SELECT id, user_id AS "userId" FROM rentals WHERE id = $1`,
      [rentalId],
    )
    if (rental)
      await appendEvent(manager, rental, {
        kind: 'pod_reaped',
        data: { provider: provider.displayName, podId },
      })
  })
}
