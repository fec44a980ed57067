import { DomainError } from '@berth/contract/errors'
import { RentalEntity, type Rental } from '@berth/entities/rental'
import type { EntityManager } from 'typeorm'

/** The rental's row, locked for this transaction when asked. A workflow without its row is a bug: no retry heals it. */
export async function findRental(manager: EntityManager, rentalId: string, lock = false): Promise<Rental> {
  const rental = await manager.findOne(RentalEntity, {
    where: { id: rentalId },
    ...(lock ? { lock: { mode: 'pessimistic_write' } } : {}),
  })
  if (!rental) throw new DomainError('rental_not_found', `There is no rental ${rentalId}.`)
  return rental
}
