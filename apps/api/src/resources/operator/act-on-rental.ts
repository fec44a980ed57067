import { RentalEntity } from '@berth/entities/rental'
import { UserEntity } from '@berth/entities/user'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import { rentalToStart } from '../rentals/rental-to-start.ts'

type Order = { kind: 'retry' } | { kind: 'force_end'; reason: string }

interface Action {
  operator: SignedInUser
  rentalId: string
  order: Order
  log: Logger
}

/**
 * Hands an operator's order to the rental's workflow, which carries it out and writes what came of it into the
 * timeline. Either order may be repeated: a retry only ends a pause, and of two ends the first counts.
 */
export async function actOnRental(
  { dataSource, orchestrator }: { dataSource: DataSource; orchestrator: Orchestrator },
  { operator, rentalId, order, log }: Action,
): Promise<void> {
  const rental = await dataSource.getRepository(RentalEntity).findOneBy({ id: rentalId })
  if (!rental) throw problem('not_found', 'There is no such rental.')
  if (rental.phase === 'ended') throw problem('not_stoppable', 'This rental has already ended.')
  const owner = await dataSource.getRepository(UserEntity).findOneByOrFail({ id: rental.userId })
  log.info(
    { operator: operator.handle, operatorId: operator.id, rentalId, order },
    'operator acts on a rental',
  )
  const told = await tell(orchestrator, await rentalToStart(dataSource, rental, owner), order).catch(
    (error: unknown) => {
      log.error({ err: error, rentalId, order }, 'the order could not be handed to the rental workflow')
      throw problem(
        'orchestrator_unavailable',
        'Temporal does not answer, so the rental may not have been told. Repeat it in a minute; twice does no harm.',
        { retryAfterSeconds: 30, cause: error },
      )
    },
  )
  if (!told) {
    throw problem(
      'not_stoppable',
      'Its workflow is over in Temporal although the rental is not. Look at why it ended there; nobody listens to an order any more.',
    )
  }
}

const tell = (
  orchestrator: Orchestrator,
  rental: Parameters<Orchestrator['retryRental']>[0],
  order: Order,
): Promise<boolean> =>
  order.kind === 'retry'
    ? orchestrator.retryRental(rental)
    : orchestrator.forceEndRental(rental, order.reason)
