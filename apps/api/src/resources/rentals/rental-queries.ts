import type { RentalDetail, RentalView } from '@berth/contract/schemas/rentals'
import { toWire } from '@berth/contract/money'
import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { type Rental, RentalEntity } from '@berth/entities/rental'
import { RentalSegmentEntity } from '@berth/entities/rental-segment'
import { type DataSource, In } from 'typeorm'
import { databaseNow } from '../../database-now.ts'
import { problem } from '../../http/problem.ts'
import { type TemporalUi, workflowUrl } from '../../temporal/workflow-url.ts'
import { causeView } from './cause-view.ts'
import { type MeterView, meterView, rentalView } from './rental-view.ts'

export interface Owner {
  id: string
  isOperator: boolean
}

interface RentalQueriesDeps {
  dataSource: DataSource
  /** Temporal Web and its namespace, shown to operators only. */
  temporalUi: TemporalUi | null
}

export interface RentalQueries {
  /** The row, if it is this user's; `not_found` otherwise, whoever else's it may be. */
  find: (owner: Owner, rentalId: string) => Promise<Rental>
  detail: (owner: Owner, rentalId: string) => Promise<RentalDetail>
  meter: (owner: Owner, rentalId: string) => Promise<MeterView>
  views: (rentals: Rental[]) => Promise<RentalView[]>
}

/** Every read is scoped to the owner in SQL. */
export function createRentalQueries({ dataSource, temporalUi }: RentalQueriesDeps): RentalQueries {
  const find = async (owner: Owner, rentalId: string): Promise<Rental> => {
    const rental = await dataSource.getRepository(RentalEntity).findOneBy({ id: rentalId, userId: owner.id })
    if (!rental) throw problem('not_found', 'There is no such rental among yours.')
    return rental
  }
  const views = (rentals: Rental[]): Promise<RentalView[]> => viewsOf(dataSource, rentals)
  return {
    find,
    views,
    detail: async (owner, rentalId) => {
      const rental = await find(owner, rentalId)
      const [[view], attempts] = await Promise.all([views([rental]), attemptsOf(dataSource, rentalId)])
      if (!view) throw new Error(`no view of rental ${rentalId}`)
      return { ...view, attempts, temporalUrl: owner.isOperator ? workflowUrl(temporalUi, rentalId) : null }
    },
    meter: async (owner, rentalId) => {
      const rental = await find(owner, rentalId)
      const segment = await dataSource.getRepository(RentalSegmentEntity).findOneBy({ rentalId })
      return meterView({ rental, segment, asOf: await databaseNow(dataSource) })
    },
  }
}

async function viewsOf(dataSource: DataSource, rentals: Rental[]): Promise<RentalView[]> {
  if (rentals.length === 0) return []
  const [segments, accounts, asOf] = await Promise.all([
    dataSource.getRepository(RentalSegmentEntity).findBy({ rentalId: In(rentals.map(({ id }) => id)) }),
    dataSource.getRepository(ProviderAccountEntity).find(),
    databaseNow(dataSource),
  ])
  const segmentOf = new Map(segments.map((segment) => [segment.rentalId, segment]))
  const accountOf = new Map(accounts.map((account) => [account.id, account]))
  return rentals.map((rental) =>
    rentalView({
      rental,
      segment: segmentOf.get(rental.id) ?? null,
      account: accountOf.get(rental.account) ?? null,
      asOf,
    }),
  )
}

async function attemptsOf(dataSource: DataSource, rentalId: string): Promise<RentalDetail['attempts']> {
  const attempts = await dataSource
    .getRepository(LaunchAttemptEntity)
    .find({ where: { rentalId }, order: { attempt: 'ASC' } })
  if (attempts.length === 0) return []
  const [outcomes, accounts] = await Promise.all([
    dataSource.getRepository(LaunchOutcomeEntity).findBy({ attemptId: In(attempts.map(({ id }) => id)) }),
    dataSource
      .getRepository(ProviderAccountEntity)
      .findBy({ id: In(attempts.map(({ account }) => account)) }),
  ])
  const nameOf = new Map(accounts.map(({ id, displayName }) => [id, displayName]))
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.attemptId, outcome]))
  return attempts.map((attempt) => {
    const outcome = outcomeOf.get(attempt.id)
    return {
      attempt: attempt.attempt,
      offerId: `${attempt.account}:${attempt.offerKey}`,
      provider: attempt.provider,
      providerName: nameOf.get(attempt.account) ?? attempt.provider,
      priceMicrosPerHour: toWire(attempt.priceMicrosPerHour),
      startedAt: attempt.startedAt.toISOString(),
      finishedAt: outcome?.finishedAt.toISOString() ?? null,
      outcome: outcome?.outcome ?? null,
      message: outcome?.message ?? null,
      cause: causeView(outcome?.cause, outcome?.message ?? null),
    }
  })
}
