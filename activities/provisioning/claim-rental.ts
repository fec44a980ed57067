import { UserEntity } from '@berth/entities/user'
import { LaunchAttemptEntity, type LaunchAttempt } from '@berth/entities/launch-attempt'
import type { Rental } from '@berth/entities/rental'
import { RentalSegmentEntity } from '@berth/entities/rental-segment'
import { toWire } from '@berth/contract/money'
import type { DataSource, EntityManager } from 'typeorm'
import type { Provider } from '../providers/port.ts'
import { findRental } from './find-rental.ts'
import { openAttemptOf } from './open-attempt.ts'
import { providerOf } from './provider-of.ts'
import type { ClaimAnswer, RentalPlan, ResumePoint } from './types.ts'

/**
 * Takes a rental up. The row lock decides between this and an API that calls its own failed start off: whoever
 * comes second sees what the first did. A rental that some lost workflow had already taken further comes back
 * with the point to resume from, since PostgreSQL is the record.
 */
export function claimRental(
  dataSource: DataSource,
  providers: ReadonlyMap<string, Provider>,
  rentalId: string,
): Promise<ClaimAnswer> {
  return dataSource.transaction(async (manager) => {
    const rental = await findRental(manager, rentalId, true)
    if (rental.phase === 'ended') return { ok: false, reason: 'over' }
    await manager.query(
      `UPDATE rentals SET workflow_claimed_at = coalesce(workflow_claimed_at, clock_timestamp()) WHERE id = $1`,
      [rentalId],
    )
    const resume = rental.phase === 'reserving' ? null : await resumePoint(manager, providers, rental)
    return {
      ok: true,
      plan: await planOf(manager, rental, providerOf(providers, rental.account)),
      resume,
      stopRequestedAt: rental.stopRequestedAt?.toISOString() ?? null,
    }
  })
}

async function planOf(manager: EntityManager, rental: Rental, provider: Provider): Promise<RentalPlan> {
  const user = await manager.findOneByOrFail(UserEntity, { id: rental.userId })
  const price = toWire(rental.priceMicrosPerHour)
  const cap = rental.maxPriceMicrosPerHour === null ? price : toWire(rental.maxPriceMicrosPerHour)
  return {
    rentalId: rental.id,
    userId: rental.userId,
    walletId: rental.walletId,
    offerId: rental.offer.id,
    gpuKey: rental.offer.gpu.key,
    gpuModel: rental.gpuModel,
    gpuCount: rental.gpuCount,
    diskGib: rental.diskGib,
    provider: provider.displayName,
    teardownSeconds: provider.capabilities.teardownSeconds,
    priceMicrosPerHour: price,
    failoverMaxPriceMicrosPerHour: rental.failover ? cap : null,
    durationSeconds: rental.durationSeconds,
    spendLimitMicros: rental.spendLimitMicros === null ? null : toWire(rental.spendLimitMicros),
    summary: `${gpuWords(rental)} on ${provider.displayName} ${rental.region} for ${user.handle}`,
  }
}

const gpuWords = ({ gpuCount, gpuModel }: Rental): string =>
  gpuCount === 0 ? gpuModel : `${gpuCount}x ${gpuModel}`

/** Everything that was ever ordered: what of it is alive, the markers tell. */
async function resumePoint(
  manager: EntityManager,
  providers: ReadonlyMap<string, Provider>,
  rental: Rental,
): Promise<ResumePoint> {
  const attempts = await manager
    .createQueryBuilder(LaunchAttemptEntity, 'attempt')
    .where('attempt.rental_id = :id', { id: rental.id })
    .orderBy('attempt.attempt', 'ASC')
    .getMany()
  const refs = attempts.flatMap((attempt) => refOf(providers, attempt, rental))
  return {
    phase: rental.phase,
    pods: refs,
    endsAt: rental.endsAt?.toISOString() ?? null,
    endReason: rental.endReason,
    endDetail: rental.endDetail,
    endCause: rental.endCause,
    reserved: await manager.existsBy(RentalSegmentEntity, { rentalId: rental.id }),
    stoppedAt: (rental.stopRequestedAt ?? rental.stoppedAt)?.toISOString() ?? null,
  }
}

function refOf(
  providers: ReadonlyMap<string, Provider>,
  attempt: LaunchAttempt,
  rental: Rental,
): ResumePoint['pods'] {
  const provider = providers.get(attempt.account)
  if (!provider) return []
  const podId = attempt.marker === rental.podMarker ? rental.podId : null
  return [{ ...openAttemptOf(attempt, provider), podId }]
}
