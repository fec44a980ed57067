import { Context } from '@temporalio/activity'
import type { DataSource } from 'typeorm'
import { asActivity } from '../as-activity.ts'
import type { Billing } from '../billing/port.ts'
import type { Provider } from '../providers/port.ts'
import { awaitReady, type ProbePod } from './await-ready.ts'
import { claimRental } from './claim-rental.ts'
import { bootSeconds, closeAttempt } from './close-attempt.ts'
import { launchPod } from './launch-pod.ts'
import { describeLost, ensureEach, type LostRental } from './lost-workflows.ts'
import { openAttempt, type LoadOffer } from './open-attempt.ts'
import { providerOf } from './provider-of.ts'
import { recordRental } from './record-rental.ts'
import { proveAbsence, terminatePod, type PodRefInput } from './teardown.ts'
import { recordUpstreamCost } from './upstream-cost.ts'
import { watchFleet, type PodNews } from './watch-fleet.ts'

export interface ProvisioningDeps {
  dataSource: DataSource
  billing: Billing
  providers: ReadonlyMap<string, Provider>
  loadOffer: LoadOffer
  probe: ProbePod
  verificationPublicKey: string | null
  /** Open the environments that the API sealed. */
  secretsKeys: readonly string[]
  /** False when the rental has no running workflow. */
  tellRental: (news: PodNews) => Promise<boolean>
  /** Starts the workflow of a live rental unless it runs, and repeats a stop it may not have heard. */
  ensureWorkflow: (rental: LostRental) => Promise<void>
}

const BEAT_MS = 5_000

/** Beats this activity's heart while a call that takes long is under way. */
async function whileBeating<T>(call: () => Promise<T>): Promise<T> {
  const { heartbeat } = Context.current()
  const beat = setInterval(() => heartbeat(), BEAT_MS)
  try {
    return await call()
  } finally {
    clearInterval(beat)
  }
}

export type ProvisioningActivities = ReturnType<typeof createProvisioningActivities>

/** Everything of a rental that touches the world, except its money. Thin: each names the one function that does it. */
export function createProvisioningActivities(deps: ProvisioningDeps) {
  const { dataSource, providers } = deps
  const signal = (): AbortSignal => Context.current().cancellationSignal
  const of = (account: string): Provider => providerOf(providers, account)
  return {
    claimRental: asActivity((input: { rentalId: string }) =>
      claimRental(dataSource, providers, input.rentalId),
    ),
    recordRental: asActivity((input: Parameters<typeof recordRental>[1]) => recordRental(dataSource, input)),
    openAttempt: asActivity((input: Parameters<typeof openAttempt>[1]) => openAttempt(deps, input)),
    closeAttempt: asActivity((input: Parameters<typeof closeAttempt>[1]) => closeAttempt(dataSource, input)),
    bootSeconds: asActivity((input: { attemptId: string }) => bootSeconds(dataSource, input.attemptId)),
    launchPod: asActivity((input: { attemptId: string }) =>
      whileBeating(() => launchPod(deps, input.attemptId, signal())),
    ),
    findPods: asActivity(async ({ account, marker }: { account: string; marker: string }) => {
      const pods = await of(account).findByMarker(marker, signal())
      return pods.map(({ id }) => id)
    }),
    awaitReady: asActivity(
      async ({ attemptId, account, podId }: { attemptId: string; account: string; podId: string }) => {
        const heartbeat = (details: unknown): void => Context.current().heartbeat(details)
        return awaitReady({ ...deps, provider: of(account), heartbeat }, attemptId, podId, signal())
      },
    ),
    terminatePod: asActivity(async (input: PodRefInput) => terminatePod(of(input.account), input, signal())),
    proveAbsence: asActivity(async (input: PodRefInput) => proveAbsence(of(input.account), input, signal())),
    recordUpstreamCost: asActivity((input: { rentalId: string }) =>
      recordUpstreamCost(deps, input.rentalId, signal()),
    ),
    watchFleet: asActivity(async ({ account }: { account: string }) => {
      return watchFleet({ ...deps, provider: of(account) }, signal())
    }),
    fleetPollSeconds: asActivity(
      async ({ account }: { account: string }) => of(account).capabilities.fleetPollSeconds,
    ),
    ensureWorkflows: asActivity(async ({ rentalIds }: { rentalIds: string[] }) => {
      const lost = await describeLost(dataSource, rentalIds)
      await ensureEach(lost, deps.ensureWorkflow)
      return lost.length
    }),
  }
}
