import { formatUsd, micros } from '@berth/contract/money'
import { usualPodName } from '@berth/contract/pod-name'
import type { NewRental } from '@berth/contract/schemas/rentals'
import { SshKeyEntity, type SshKey } from '@berth/entities/ssh-key'
import { type DataSource, In } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { requireFunds } from '../billing/require-funds.ts'
import type { NewRentalRow } from './insert-rental.ts'
import { loadOffer } from './load-offer.ts'
import { refuseEnvironment } from './refuse-environment.ts'
import { rentalPrice } from './rental-price.ts'

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
  refuseEnvironment(wanted.env ?? {}, sold)
  const keys = await ownKeys(dataSource, user.id, wanted.sshKeyIds)
  const { duration, failover } = wanted
  const { walletId, charging } = await requireFunds(dataSource, {
    userId: user.id,
    priceMicrosPerHour,
    teardownSeconds: sold.teardownSeconds,
    charging: sold.charging,
    duration,
  })
  return {
    userId: user.id,
    walletId,
    name:
      wanted.name ??
      usualPodName({ gpuCount: offer.gpuCount, gpuModel: offer.gpu.model, providerName: sold.providerName }),
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
    charging,
    envNames: Object.keys(wanted.env ?? {}),
    ports: wanted.ports ?? [],
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
