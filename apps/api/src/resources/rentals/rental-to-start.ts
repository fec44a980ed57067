import { ProviderAccountEntity } from '@berth/entities/provider-account'
import type { Rental } from '@berth/entities/rental'
import type { DataSource } from 'typeorm'
import type { RentalToStart } from '../../temporal/orchestrator.ts'
import { rentalSummary } from './rental-summary.ts'

/** What Temporal is told of a rental: ids and words for operators, nothing that a workflow acts on. */
export async function rentalToStart(
  dataSource: DataSource,
  rental: Rental,
  user: { id: string; handle: string },
): Promise<RentalToStart> {
  const account = await dataSource.getRepository(ProviderAccountEntity).findOneBy({ id: rental.account })
  return {
    rentalId: rental.id,
    summary: rentalSummary(rental, account?.displayName ?? rental.provider, user.handle),
    provider: rental.provider,
    gpuModel: rental.gpuModel,
    userId: user.id,
  }
}
