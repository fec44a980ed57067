import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import type { RentalHandle } from './orchestrator.ts'
import type { Simulation } from './simulation.ts'

export const BALANCE = 100_000_000n
/** A create, for fault orders to match. */
export const CREATE = { method: 'POST', path: '/pods$' }

type FaultOrder = Parameters<Simulation['market']['runpod']['control']['faults']['add']>[0]

export interface Wish {
  /** What goes wrong at the provider, from before it is asked for anything. */
  orders?: FaultOrder[]
  failover?: boolean
  balance?: bigint
  /** What the person agreed to pay, less than the market asks. */
  agreedMicrosPerHour?: number
}

/** Rents in a simulation as a person would, with faults ordered before, and looks at what came of it. */
export function createRenter(simulation: Simulation) {
  const { market } = simulation
  let last: RentalHandle | undefined
  return {
    /** The workflow of the latest rental. */
    latest: () => last,
    async rent({ orders = [], failover, balance = BALANCE, agreedMicrosPerHour }: Wish = {}) {
      const { faults } = market.runpod.control
      faults.clear()
      const person = await market.person(balance)
      const listed = await contestedOffer(simulation)
      const offer = { ...listed, priceMicrosPerHour: agreedMicrosPerHour ?? listed.priceMicrosPerHour }
      for (const order of orders) faults.add(order)
      const cap = failover ? { failoverMaxPriceMicrosPerHour: offer.priceMicrosPerHour * 3 } : {}
      const rentalId = await market.request({ person, offer, ...cap })
      const handle = await simulation.orchestrator.start(rentalId)
      last = handle
      return { rentalId, person, offer, faults, handle }
    },
    kinds: async (rentalId: string): Promise<string[]> =>
      (await market.events(rentalId)).map(({ kind }) => kind),
    /** The provider's own books on the pods of a rental. */
    onMeter: (rentalId: string) =>
      market.runpod.control.meter
        .rentals()
        .find(({ rental }) => rental.toUpperCase().replace('-', '_') === rentalId.toUpperCase()),
    async attempts(rentalId: string) {
      const { manager } = market.dataSource
      const attempts = await manager.find(LaunchAttemptEntity, {
        where: { rentalId },
        order: { attempt: 'ASC' },
      })
      const outcomes = await manager.find(LaunchOutcomeEntity)
      return attempts.map((attempt) => ({
        ...attempt,
        outcome: outcomes.find(({ attemptId }) => attemptId === attempt.id)?.outcome,
      }))
    },
  }
}

export type Renter = ReturnType<typeof createRenter>

/** One that other places offer too, so that there is somewhere to fail over to. */
async function contestedOffer({ market }: Simulation) {
  const offers = await market.offers()
  const offer = offers.find(
    ({ gpu, gpuCount, id, lastRefusedAt }) =>
      lastRefusedAt === null &&
      offers.some((other) => other.id !== id && other.gpu.key === gpu.key && other.gpuCount === gpuCount),
  )
  if (!offer) throw new Error('no offer of the market has an equal')
  return offer
}
