import type { InstanceState, Instance, Provider } from '../providers/port.ts'
import type { DataSource } from 'typeorm'
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
  await askForMissing(deps, observedAt, signal)
  const told = await tellChanges(deps, observedAt)
  return { seen: owned.length, told, reaped: await reap(deps, owned, signal) }
}

async function askForMissing(
  { dataSource, provider }: Deps,
  observedAt: Date,
  signal: AbortSignal,
): Promise<void> {
  for (const { podId } of await sightings.missing(dataSource, provider.account, observedAt, LOOKS)) {
    const instance = await provider.describe(podId, signal)
    const alive: InstanceState[] = ['running', 'provisioning', 'unknown']
    await sightings.correct(
      dataSource,
      provider.account,
      instance,
      alive.includes(instance.state) ? observedAt : null,
    )
  }
}

async function tellChanges({ dataSource, provider, tellRental }: Deps, observedAt: Date): Promise<number> {
  const changes = await sightings.untold(dataSource, provider.account)
  for (const change of changes) {
    await tellRental({
      ...change,
      lastAliveAt: change.lastAliveAt.toISOString(),
      observedAt: observedAt.toISOString(),
    })
    await sightings.markTold(dataSource, provider.account, change.podId, change.state)
  }
  return changes.length
}

/** Only pods of this installation: a marker whose rental we do not know belongs to somebody who shares the account. */
async function reap(
  { dataSource, provider }: Deps,
  owned: Instance[],
  signal: AbortSignal,
): Promise<string[]> {
  const unwanted = await sightings.countUnwanted(dataSource, provider.account)
  const living = new Set(owned.map(({ id }) => id))
  const reaped: string[] = []
  for (const { podId, marker, looks } of unwanted) {
    if (looks < LOOKS || !living.has(podId)) continue
    await provider.terminate(podId, signal)
    await recordReaped(dataSource, provider, podId, marker)
    reaped.push(podId)
  }
  return reaped
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
