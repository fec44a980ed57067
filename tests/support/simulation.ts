import { rentalWorkflowId, stopSignal } from '@berth/workflows/rental/messages'
import type Stripe from 'stripe'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { openMarketplace, type Marketplace } from './marketplace.ts'
import { startOrchestrator, type Orchestrator, type RentalHandle } from './orchestrator.ts'
import { stopClock } from './stopped-clock.ts'
import { createTimeSkippingEnvironment } from './temporal.ts'
import { until } from './until.ts'

/** The product's workers, a real database and an emulated cloud, on a Temporal server where days pass in seconds. */
export interface Simulation {
  temporal: TestWorkflowEnvironment
  market: Marketplace
  orchestrator: Orchestrator
  /** Takes every worker away, lets something happen, and brings them back. */
  outage(during: () => Promise<void>): Promise<void>
  /** Ends a running rental as its renter would, and waits until it is settled. */
  stop(rentalId: string): Promise<void>
  /** Waits, without moving the time, until the rental is in this phase. */
  reach(rentalId: string, phase: string): Promise<void>
  /** Moves the time on in small steps until something is so. */
  skipUntil(holds: () => Promise<boolean>): Promise<void>
  /** Lets the clock that charges run ahead to this instant, as after a time in which every worker hung. */
  hangUntil(ms: number): Promise<void>
  chargedMicros(rentalId: string): Promise<bigint>
  close(): Promise<void>
}

export interface SimulationOptions {
  /** Activities that fail here, as on a worker that lacks the credentials for them. */
  refuses?: (activity: string) => boolean
  /** Where money comes from; without it nobody answers. */
  stripe?: Stripe
}

export async function openSimulation({ refuses, ...money }: SimulationOptions = {}): Promise<Simulation> {
  const temporal = await createTimeSkippingEnvironment()
  const market = await openMarketplace()
  const clock = await stopClock(market.database)
  const beforeActivity = async (name: string): Promise<void> => {
    await clock.moveTo(await temporal.currentTimeMs())
    if (refuses?.(name)) throw new Error('This worker has no credentials for it.')
  }
  const startWorkers = (): Promise<Orchestrator> =>
    startOrchestrator({ temporal, market, beforeActivity, ...money })
  let orchestrator = await startWorkers()
  return {
    temporal,
    market,
    get orchestrator() {
      return orchestrator
    },
    async outage(during) {
      await orchestrator.stop()
      await during()
      orchestrator = await startWorkers()
    },
    async stop(rentalId) {
      const handle: RentalHandle = temporal.client.workflow.getHandle(rentalWorkflowId(rentalId))
      const requestedAt = new Date(await temporal.currentTimeMs()).toISOString()
      await handle.signal(stopSignal, { requestedAt, by: 'user' })
      await handle.result()
    },
    reach: (rentalId, phase) =>
      until(async () => (await market.rental(rentalId)).phase === phase, { what: `${rentalId} ${phase}` }),
    skipUntil: (holds) => skipUntil(temporal, holds),
    hangUntil: (ms) => clock.moveTo(ms),
    async chargedMicros(rentalId) {
      const ended = (await market.events(rentalId)).find(({ kind }) => kind === 'ended')
      if (!ended) throw new Error(`${rentalId} has not ended`)
      return BigInt(ended.data['chargedMicros'] as number)
    },
    async close() {
      await orchestrator.stop()
      await clock.close()
      await market.close()
      await temporal.teardown()
    },
  }
}

async function skipUntil(temporal: TestWorkflowEnvironment, holds: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < 2_000; steps += 1) {
    if (await holds()) return
    await temporal.sleep('5s')
  }
  throw new Error(`did not come about in simulated time: ${holds.toString()}`)
}
