import { newId } from '@berth/contract/ids'
import { formatUsd } from '@berth/contract/money'
import { priceWithDisk } from '@berth/contract/offer'
import { usualPodName } from '@berth/contract/pod-name'
import type { NewRental, RentalDetail } from '@berth/contract/schemas/rentals'
import { refuse } from './refuse.ts'
import { record, stopFor } from './pod-story.ts'
import { openOffers } from './search-market.ts'
import { requireLimits } from './spend-limits.ts'
import { outlook } from './wallet.ts'
import { isoAt, type MockOffer, type MockRental, type World } from './world.ts'

/** The offer as the market has it now. Throws `offer_gone`. */
export function findOffer(world: World, id: string): MockOffer {
  const offer = openOffers(world).find((each) => each.id === id)
  if (offer) return offer
  refuseIfClosed(world, id)
  throw refuse(
    'offer_gone',
    'This offer is no longer on the market. Choose another one; nothing was charged.',
  )
}

/** Where its provider takes no new pods, that is said, with the reason and what else there is. */
export function refuseIfClosed({ state }: World, id: string): void {
  const offer = state.offers.find((each) => each.id === id)
  const seller = state.providers.find(({ provider }) => provider === offer?.provider)
  if (!offer || !seller || seller.status === 'on') return
  const { displayName: providerName, reason } = seller
  const why = reason === null ? ' at the moment' : `: ${reason.replace(/\.$/, '')}`
  throw refuse(
    'offer_gone',
    `${providerName} takes no new pods${why}. Choose another one; nothing was charged.`,
    {
      data: {
        providerName,
        reason,
        gpu: offer.gpu.key,
        alternatives: `/v1/catalog/listings?gpu=${offer.gpu.key}`,
      },
    },
  )
}

export function allInPrice(offer: MockOffer, diskGib: number | undefined): number {
  return priceWithDisk(offer, diskGib ?? offer.disk.includedGib)
}

/** Rents, or says why not in the words of the API. */
export function rentPod(world: World, wanted: NewRental): MockRental {
  const offer = findOffer(world, wanted.offerId)
  misbehave(world, offer)
  const price = allInPrice(offer, wanted.diskGib)
  if (price > wanted.priceMicrosPerHour) {
    throw refuse(
      'price_changed',
      `It now costs ${formatUsd(price, 4)} an hour; you saw ${formatUsd(wanted.priceMicrosPerHour, 4)}. Nothing was charged. Confirm the new price to go on.`,
      { data: { priceMicrosPerHour: price } },
    )
  }
  requireKeys(world, wanted.sshKeyIds)
  requireFunds(world, BigInt(price), offer)
  const nowMs = world.nowMs()
  const rental: MockRental = {
    view: newView(wanted, { offer, price, nowMs }),
    offer,
    next: { atMs: nowMs + 500, step: 'reserve' },
  }
  world.state.rentals.push(rental)
  record(world, rental, nowMs, 'requested', { offerId: offer.id, priceMicrosPerHour: price })
  return rental
}

/** Offers that change under the renter's hand do so at the first try, once. */
function misbehave(world: World, offer: MockOffer): void {
  if (offer.behaviour === 'is_taken') {
    world.state.offers = world.state.offers.filter((each) => each !== offer)
    throw refuse(
      'offer_gone',
      'Somebody took this offer a moment ago. Choose another one; nothing was charged.',
    )
  }
  if (offer.behaviour === 'gets_dearer') {
    offer.behaviour = 'works'
    offer.priceMicrosPerHour = Math.ceil(offer.priceMicrosPerHour * 1.12)
    offer.pricePerGpuMicrosPerHour = Math.ceil(offer.priceMicrosPerHour / offer.gpuCount)
  }
}

function requireKeys(world: World, ids: string[]): void {
  const unknown = ids.find((id) => !world.state.sshKeys.some((key) => key.id === id))
  if (unknown === undefined) return
  const detail = `You have no SSH key ${unknown}. Choose one of your keys, or add it first; nothing was charged.`
  throw refuse('unknown_ssh_key', detail, { errors: [{ pointer: '/sshKeyIds', detail }] })
}

function requireFunds(world: World, price: bigint, offer: MockOffer): void {
  const { receivableMicros } = world.state.wallet
  if (receivableMicros > 0) {
    throw refuse(
      'wallet_in_debt',
      `Your wallet owes ${formatUsd(receivableMicros)} from a refund or dispute. Top up at least that much, then start again.`,
      { data: { receivableMicros } },
    )
  }
  const { available, firstHold } = outlook(world, price, offer.terms.teardownSeconds)
  requireLimits(world, { price, firstHold })
  if (available >= firstHold) return
  const shortfall = firstHold - available
  throw refuse(
    'insufficient_balance',
    `Starting this pod sets ${formatUsd(firstHold, 4)} aside; you have ${formatUsd(available, 4)} free to spend. Top up at least ${formatUsd(shortfall, 4)}. Nothing was charged.`,
    {
      data: {
        requiredMicros: Number(firstHold),
        availableMicros: Number(available),
        shortfallMicros: Number(shortfall),
      },
    },
  )
}

function newView(
  wanted: NewRental,
  { offer, price, nowMs }: { offer: MockOffer; price: number; nowMs: number },
): RentalDetail {
  return {
    id: newId('rental', nowMs),
    name: wanted.name ?? usualPodName({ ...offer, gpuModel: offer.gpu.model }),
    phase: 'reserving',
    health: 'ok',
    endReason: null,
    endDetail: null,
    endCause: null,
    offerId: offer.id,
    provider: offer.provider,
    providerName: offer.providerName,
    terms: offer.terms,
    gpu: offer.gpu,
    gpuCount: offer.gpuCount,
    region: offer.region,
    podKind: offer.podKind,
    spot: offer.spot,
    image: offer.terms.images === 'fixed' ? null : wanted.image,
    diskGib: wanted.diskGib ?? offer.disk.includedGib,
    sshKeyIds: wanted.sshKeyIds,
    envNames: Object.keys(wanted.env ?? {}),
    ports: (wanted.ports ?? []).map((port) => ({ port, address: null })),
    ssh: null,
    endsAt: null,
    spendLimitMicros: wanted.duration.kind === 'budget' ? wanted.duration.spendLimitMicros : null,
    durationSeconds: wanted.duration.kind === 'for' ? wanted.duration.seconds : null,
    failover: wanted.failover ?? null,
    charging: offer.charging,
    meter: {
      startedAt: null,
      endedAt: null,
      chargedUntil: null,
      chargedMicros: 0,
      billedSeconds: 0,
      heldMicros: 0,
      fundedUntil: null,
      priceMicrosPerHour: price,
      asOf: isoAt(nowMs),
    },
    requestedAt: isoAt(nowMs),
    readyAt: null,
    stopRequestedAt: null,
    endedAt: null,
    attempts: [],
    temporalUrl: null,
  }
}

/** Throws `not_stoppable` where it has ended; stopping twice is stopping once. */
export function stopPod(world: World, rental: MockRental): void {
  const { view } = rental
  if (view.phase === 'ended') {
    throw refuse('not_stoppable', 'This rental has already ended; nothing more is charged for it.')
  }
  if (view.phase === 'stopping') return
  const nowMs = world.nowMs()
  view.stopRequestedAt = isoAt(nowMs)
  record(world, rental, nowMs, 'stop_requested', { by: 'user' })
  stopFor(world, rental, nowMs, 'stopped_by_user')
}

/** The name alone, wherever it is shown; nothing happens to the pod. */
export function renamePod(world: World, { view }: MockRental, name: string): void {
  if (view.name === name) return
  view.name = name
  for (const line of world.state.ledger) if (line.rentalId === view.id) line.rentalName = name
  const at = isoAt(world.nowMs())
  world.tell({ id: null, event: { type: 'rental.updated', rentalId: view.id, kind: 'renamed', at } })
}
