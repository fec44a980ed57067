import { OfferEntity } from '@berth/entities/offer'
import { RentalEntity } from '@berth/entities/rental'
import type { Offer } from '@berth/contract/offer'
import {
  extendUpdate,
  forceEndSignal,
  rentalTaskTimeout,
  rentalWorkflowId,
  rentalWorkflowType,
  retryNowSignal,
  stopSignal,
  walletFundedSignal,
  type RentalInput,
} from '@berth/workflows/rental/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import { IsNull } from 'typeorm'
import { createPerson, creditor, requestRental, type Person } from '../support/renting.ts'
import type { PlannedRental } from './plan-chaos.ts'
import type { World } from './world.ts'

export const RICH_MICROS = 1_000_000_000n
const DEADLINE_MS = 5_000

/** What people and operators do, as the API does it for them: the row first, then Temporal is told, once. */
export interface Renters {
  /** Null where the cloud has nothing on sale at the moment. */
  rent(plan: PlannedRental): Promise<string | null>
  stop(rentalId: string): Promise<void>
  extend(rentalId: string): Promise<void>
  topUp(rentalId: string): Promise<void>
  forceEnd(rentalId: string): Promise<void>
  retryNow(rentalId: string): Promise<void>
  /** Everything that was ever paid in, by wallet. */
  paidIn: Map<string, bigint>
  /** Times that Temporal could not be told, or said no; none of them may cost anybody anything. */
  unheard: Map<string, number>
}

export function createRenters({ dataSource, billing, client }: World): Renters {
  const people = new Map<number, Promise<Person>>()
  const paidIn: Renters['paidIn'] = new Map()
  const unheard: Renters['unheard'] = new Map()
  const credit = creditor(billing)
  const pay = async (person: Person, amountMicros: bigint): Promise<void> => {
    paidIn.set(person.walletId, (paidIn.get(person.walletId) ?? 0n) + amountMicros)
    await credit(person, amountMicros)
  }

  async function tell(what: string, call: () => Promise<unknown>): Promise<void> {
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, call)
    } catch {
      // Why swallowed: not being heard is part of the exercise; the count is in the report.
      unheard.set(what, (unheard.get(what) ?? 0) + 1)
    }
  }

  const workflow = (rentalId: string) => client.workflow.getHandle(rentalWorkflowId(rentalId))

  function personOf(
    { wallet, walletSeconds }: PlannedRental,
    { priceMicrosPerHour }: Offer,
  ): Promise<Person> {
    const known = people.get(wallet)
    if (known) return known
    const balance =
      walletSeconds === null ? RICH_MICROS : (BigInt(priceMicrosPerHour) * BigInt(walletSeconds)) / 3600n
    const person = createPerson(dataSource, pay, balance)
    people.set(wallet, person)
    return person
  }

  return {
    paidIn,
    unheard,
    async rent(plan) {
      const offers = await dataSource.manager.find(OfferEntity, {
        where: { account: plan.cloud },
        order: { offerKey: 'ASC' },
      })
      const offer = offers[Math.floor(plan.offerShare * offers.length)]?.offer.offer
      if (!offer) return null
      const { priceMicrosPerHour } = offer
      const { durationSeconds, budgetSeconds, failover } = plan
      const rentalId = await requestRental(dataSource, {
        person: await personOf(plan, offer),
        offer,
        ...(durationSeconds === null ? {} : { durationSeconds }),
        ...(budgetSeconds === null
          ? {}
          : { spendLimitMicros: (BigInt(priceMicrosPerHour) * BigInt(budgetSeconds)) / 3600n + 1n }),
        ...(failover ? { failoverMaxPriceMicrosPerHour: priceMicrosPerHour * 2 } : {}),
      })
      await tell('start', () =>
        client.workflow.start<(input: RentalInput) => Promise<void>>(rentalWorkflowType, {
          workflowId: rentalWorkflowId(rentalId),
          taskQueue: TASK_QUEUES.main,
          args: [{ rentalId }],
          workflowTaskTimeout: rentalTaskTimeout,
        }),
      )
      return rentalId
    },
    async stop(rentalId) {
      await dataSource.query(
        `UPDATE rentals SET stop_requested_at = date_trunc('milliseconds', clock_timestamp()), version = version + 1
         WHERE id = $1 AND stop_requested_at IS NULL AND phase NOT IN ('stopping', 'ended')`,
        [rentalId],
      )
      const { stopRequestedAt } = await dataSource.manager.findOneByOrFail(RentalEntity, { id: rentalId })
      if (stopRequestedAt === null) return
      const requestedAt = stopRequestedAt.toISOString()
      await tell('stop', () => workflow(rentalId).signal(stopSignal, { requestedAt, by: 'user' }))
    },
    extend: (rentalId) =>
      tell('extend', () => workflow(rentalId).executeUpdate(extendUpdate, { args: [{ addSeconds: 10 }] })),
    async topUp(rentalId) {
      const { userId, walletId, priceMicrosPerHour } = await dataSource.manager.findOneByOrFail(
        RentalEntity,
        {
          id: rentalId,
        },
      )
      await pay({ userId, walletId }, priceMicrosPerHour / 60n + 1n)
      const live = await dataSource.manager.findBy(RentalEntity, { walletId, endedAt: IsNull() })
      for (const { id } of live) await tell('top_up', () => workflow(id).signal(walletFundedSignal))
    },
    forceEnd: (rentalId) =>
      tell('force_end', () => workflow(rentalId).signal(forceEndSignal, { reason: 'chaos' })),
    retryNow: (rentalId) => tell('retry_now', () => workflow(rentalId).signal(retryNowSignal)),
  }
}
