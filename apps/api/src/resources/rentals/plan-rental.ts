import { formatUsd, micros } from '@berth/contract/money'
import type { NewRental } from '@berth/contract/schemas/rentals'
import { SshKeyEntity, type SshKey } from '@berth/entities/ssh-key'
import { type DataSource, In } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { launchOutlook } from '../billing/launch-outlook.ts'
import type { NewRentalRow } from './insert-rental.ts'
import { loadOffer } from './load-offer.ts'
import { rentalPrice } from './rental-price.ts'
import { defaultName } from './rental-summary.ts'

/**
 * Turns a wish into the rental that would be started, or says why not; changes nothing. The price is the market's, never
 * the caller's: theirs only says what they agreed to.
 */
export async function planRental(
  dataSource: DataSource,
  user: { id: string },
  wanted: NewRental,
): Promise<Omit<NewRentalRow, 'id'>> {
  const sold = await loadOffer(dataSource, wanted.offerId)
  const { offer } = sold
  const { diskGib, priceMicrosPerHour } = rentalPrice(offer, wanted.diskGib)
  refuseHigherPrice(wanted, priceMicrosPerHour)
  const keys = await ownKeys(dataSource, user.id, wanted.sshKeyIds)
  const walletId = await requireFunds(dataSource, user.id, priceMicrosPerHour, sold.teardownSeconds)
  const { duration, failover } = wanted
  return {
    userId: user.id,
    walletId,
    name:
      wanted.name ?? defaultName({ gpuCount: offer.gpuCount, gpuModel: offer.gpu.model }, sold.providerName),
    offer,
    provider: offer.provider,
    account: offer.account,
    gpuModel: offer.gpu.model,
    gpuCount: offer.gpuCount,
    region: offer.region.code,
    priceMicrosPerHour: micros(priceMicrosPerHour),
    image: wanted.image,
    diskGib,
    sshKeyIds: keys.map(({ id }) => id),
    sshPublicKeys: keys.map(({ publicKey }) => publicKey),
    failover: failover !== undefined,
    maxPriceMicrosPerHour: failover === undefined ? null : micros(failover.maxPriceMicrosPerHour),
    durationSeconds: duration.kind === 'for' ? duration.seconds : null,
    spendLimitMicros: duration.kind === 'budget' ? micros(duration.spendLimitMicros) : null,
  }
}

function refuseHigherPrice(wanted: NewRental, priceMicrosPerHour: number): void {
  if (priceMicrosPerHour > wanted.priceMicrosPerHour) {
    throw problem(
      'price_changed',
      `It now costs ${formatUsd(priceMicrosPerHour, 4)} an hour; you saw ${formatUsd(wanted.priceMicrosPerHour, 4)}. Nothing was charged. Confirm the new price to go on.`,
      { data: { priceMicrosPerHour } },
    )
  }
  const cap = wanted.failover?.maxPriceMicrosPerHour
  if (cap !== undefined && cap < priceMicrosPerHour) {
    const detail = 'The most that a replacement may cost is below the price of the chosen offer.'
    throw problem('invalid_request', detail, {
      errors: [{ pointer: '/failover/maxPriceMicrosPerHour', detail }],
    })
  }
}

/** In the order they were chosen, each once. */
async function ownKeys(dataSource: DataSource, userId: string, ids: string[]): Promise<SshKey[]> {
  const wanted = [...new Set(ids)]
  const found = await dataSource.getRepository(SshKeyEntity).findBy({ id: In(wanted), userId })
  const byId = new Map(found.map((key) => [key.id, key]))
  return wanted.map((id) => {
    const key = byId.get(id)
    if (key) return key
    const detail = `You have no SSH key ${id}. Choose one of your keys, or add it first; nothing was charged.`
    throw problem('unknown_ssh_key', detail, { errors: [{ pointer: '/sshKeyIds', detail }] })
  })
}

/** An early word only: what counts is decided under the wallet's lock when the workflow sets the money aside. */
async function requireFunds(
  dataSource: DataSource,
  userId: string,
  priceMicrosPerHour: number,
  teardownSeconds: number,
): Promise<string> {
  const outlook = await launchOutlook(dataSource, { userId, priceMicrosPerHour, teardownSeconds })
  if (outlook.receivable > 0n) {
    throw problem(
      'wallet_in_debt',
      `Your wallet owes ${formatUsd(outlook.receivable)} from a refund or dispute. Top up at least that much, then start again.`,
      { data: { receivableMicros: Number(outlook.receivable) } },
    )
  }
  if (outlook.available < outlook.firstHold) {
    const shortfall = outlook.firstHold - outlook.available
    throw problem(
      'insufficient_balance',
      `Starting this pod sets ${formatUsd(outlook.firstHold, 4)} aside; your wallet has ${formatUsd(outlook.available, 4)}. Top up at least ${formatUsd(shortfall, 4)}. Nothing was charged.`,
      {
        data: {
          requiredMicros: Number(outlook.firstHold),
          availableMicros: Number(outlook.available),
          shortfallMicros: Number(shortfall),
        },
      },
    )
  }
  return outlook.walletId
}
