import type { NewRental } from '@berth/contract/schemas/rentals'
import { type Rental, RentalEntity } from '@berth/entities/rental'
import { sealSecret } from '@berth/entities/seal-secret'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import type { IdempotencyClaim } from '../../http/idempotency.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import { callOff } from './call-off.ts'
import { insertRental } from './insert-rental.ts'
import { planRental } from './plan-rental.ts'
import { rentalToStart } from './rental-to-start.ts'

export interface CreateRentalDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
  /** Seals the values of environment variables; the worker opens them. */
  secretsKeys: readonly string[]
}

interface CreateRentalInput {
  user: SignedInUser
  wanted: NewRental
  claim: IdempotencyClaim
  log: Logger
}

/**
 * Writes the rental, then starts its workflow; answers the rental's id. The row comes first: a crash between the two leaves
 * a live rental without a workflow, which the sweeper starts and a repeat of this request continues. The answer never
 * says "failed" while the rental may run, nor "rented" when it will not.
 */
export async function createRental(deps: CreateRentalDeps, input: CreateRentalInput): Promise<string> {
  const { dataSource, orchestrator } = deps
  const { user, claim, log } = input
  const rentalId = await claim.resourceId('rental')
  const begun = await dataSource.getRepository(RentalEntity).findOneBy({ id: rentalId, userId: user.id })
  const rental = begun ?? (await begin(deps, rentalId, input))
  const toStart = await rentalToStart(dataSource, rental, user)
  try {
    await orchestrator.startRental(toStart)
  } catch (error) {
    log.error({ err: error, rentalId }, 'the rental workflow could not be started')
    if (await callOff(dataSource, rentalId, claim)) throw notStarted(error)
  }
  return rentalId
}

async function begin(
  { dataSource, secretsKeys }: CreateRentalDeps,
  id: string,
  { user, wanted }: CreateRentalInput,
): Promise<Rental> {
  const row = { id, ...(await planRental(dataSource, user, wanted)) }
  const { env = {} } = wanted
  const sealedEnvironment =
    Object.keys(env).length === 0 ? null : sealSecret(JSON.stringify(env), { keys: secretsKeys, label: id })
  return insertRental(dataSource, { row, sealedEnvironment })
}

const notStarted = (cause: unknown) =>
  problem(
    'orchestrator_unavailable',
    'Rentals cannot be started at the moment. Nothing was started and nothing was charged. Try again in a minute.',
    { retryAfterSeconds: 30, cause },
  )
