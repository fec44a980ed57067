import { PodEnvironmentEntity } from '@berth/entities/pod-environment'
import { type Rental, RentalEntity } from '@berth/entities/rental'
import { RentalEventEntity } from '@berth/entities/rental-event'
import { UserEntity } from '@berth/entities/user'
import { toWire } from '@berth/contract/money'
import { type DataSource, Not } from 'typeorm'
import { problem } from '../../http/problem.ts'

/** Until an account has a history, this many pods at once. */
export const MAX_LIVE_RENTALS = 20

/** What the database does not fill by itself. */
export type NewRentalRow = Pick<
  Rental,
  | 'id'
  | 'userId'
  | 'walletId'
  | 'name'
  | 'offer'
  | 'provider'
  | 'account'
  | 'gpuModel'
  | 'gpuCount'
  | 'region'
  | 'priceMicrosPerHour'
  | 'image'
  | 'diskGib'
  | 'sshKeyIds'
  | 'sshPublicKeys'
  | 'failover'
  | 'maxPriceMicrosPerHour'
  | 'durationSeconds'
  | 'spendLimitMicros'
  | 'charging'
  | 'envNames'
  | 'ports'
>

/**
 * The rental, its sealed environment where it has one, and the first line of its timeline, in one transaction. Throws
 * `limit_reached`.
 */
export function insertRental(
  dataSource: DataSource,
  { row, sealedEnvironment }: { row: NewRentalRow; sealedEnvironment: string | null },
): Promise<Rental> {
  return dataSource.transaction(async (manager) => {
    // Why: the lock makes two starts at once count one after the other.
    await manager.findOneOrFail(UserEntity, {
      where: { id: row.userId },
      lock: { mode: 'pessimistic_write' },
    })
    const live = await manager.countBy(RentalEntity, { userId: row.userId, phase: Not('ended') })
    if (live >= MAX_LIVE_RENTALS) {
      throw problem(
        'limit_reached',
        `You have ${live} pods, which is the most at once. Stop one first, or ask us to raise the limit. Nothing was charged.`,
      )
    }
    await manager.insert(RentalEntity, { ...row, phase: 'reserving' })
    if (sealedEnvironment !== null) {
      await manager.insert(PodEnvironmentEntity, { rentalId: row.id, sealed: sealedEnvironment })
    }
    await manager.insert(RentalEventEntity, {
      rentalId: row.id,
      userId: row.userId,
      kind: 'requested',
      data: { offerId: row.offer.id, priceMicrosPerHour: toWire(row.priceMicrosPerHour) },
    })
    return manager.findOneByOrFail(RentalEntity, { id: row.id })
  })
}
