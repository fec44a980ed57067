import { assertNever } from '@berth/contract/errors'
import { affordableSeconds, costAfter, formatUsd, toWire } from '@berth/contract/money'
import { isLive, isStoppable } from '@berth/contract/rental-status'
import type { ExtendRental, NewRental, RentalDetail } from '@berth/contract/schemas/rentals'
import type { MockGroup } from '../mock-handlers.ts'
import { record } from '../world/pod-story.ts'
import { plannedEndMs, secondsUntilGone, spendersOf } from '../world/runway.ts'
import { refuse } from '../world/refuse.ts'
import { allInPrice, findOffer, renamePod, rentPod, stopPod } from '../world/rent.ts'
import { limitAgainst } from '../world/spend-limits.ts'
import { outlook } from '../world/wallet.ts'
import { isoAt, type MockRental, type World } from '../world/world.ts'
import { pageOf } from './page.ts'
import { usageOfRental } from './rental-usage.ts'

export const rentalHandlers: MockGroup<'rentals'> = {
  preview: ({ world, body }) => {
    const offer = findOffer(world, body.offerId)
    const price = allInPrice(offer, body.diskGib)
    const { available, firstHold } = outlook(world, BigInt(price), offer.terms.teardownSeconds)
    const missing = firstHold + BigInt(world.state.wallet.receivableMicros) - available
    return {
      priceMicrosPerHour: price,
      pricePerDayMicros: toWire(costAfter(BigInt(price), 86_400)),
      upstreamMicrosPerHour: offer.upstreamMicrosPerHour,
      firstHoldMicros: toWire(firstHold),
      availableMicros: toWire(available),
      shortfallMicros: toWire(missing > 0n ? missing : 0n),
      runwaySeconds: secondsUntilGone(available + BigInt(world.state.wallet.heldMicros), [
        ...spendersOf(world, world.nowMs()),
        { price: BigInt(price), seconds: secondsOf(body.duration, price) },
      ]),
      totalMicros: totalOf(body.duration, price),
      charging: offer.charging,
      limitReached: limitAgainst(world, { price: BigInt(price), firstHold }),
    }
  },
  create: ({ world, body }) => shown(world, rentPod(world, body)),
  list: ({ world, query }) => {
    const wanted = world.state.rentals.filter(
      ({ view }) => query.state === 'all' || isLive(view.phase) === (query.state === 'live'),
    )
    return pageOf(
      wanted.reverse().map((rental) => shown(world, rental)),
      query,
    )
  },
  get: ({ world, params }) => shown(world, own(world, params.id)),
  rename: ({ world, params, body }) => {
    const rental = own(world, params.id)
    renamePod(world, rental, body.name)
    return shown(world, rental)
  },
  usage: ({ world, params }) => {
    own(world, params.id)
    return usageOfRental(world, params.id)
  },
  meter: ({ world, params }) => shown(world, own(world, params.id)).meter,
  events: ({ world, params, query }) => {
    const { view } = own(world, params.id)
    return pageOf(
      world.state.events.filter(({ rentalId }) => rentalId === view.id),
      query,
    )
  },
  stop: ({ world, params }) => {
    const rental = own(world, params.id)
    stopPod(world, rental)
    return shown(world, rental)
  },
  testConnection: ({ world, params }) => {
    if (own(world, params.id).view.ssh === null) throw notRunning()
    return { ok: true, reason: null, detail: null, milliseconds: 180 }
  },
  extend: ({ world, params, body }) => {
    const rental = own(world, params.id)
    extend(world, rental, body)
    return shown(world, rental)
  },
}

const notRunning = () =>
  refuse('pod_not_running', 'There is no pod to look into: it is not running yet, or not any more.')

function own(world: World, id: string): MockRental {
  const rental = world.state.rentals.find(({ view }) => view.id === id)
  if (!rental) throw refuse('not_found', 'There is no such rental among yours.')
  return rental
}

const shown = (world: World, { view }: MockRental): RentalDetail => ({
  ...view,
  meter: { ...view.meter, asOf: isoAt(world.nowMs()) },
})

/** How long a pod that is rented so runs at most. */
function secondsOf(duration: NewRental['duration'], price: number): number {
  if (duration.kind === 'for') return duration.seconds
  if (duration.kind === 'until_stopped') return Infinity
  return affordableSeconds(BigInt(duration.spendLimitMicros), BigInt(price)) ?? Infinity
}

function totalOf(duration: NewRental['duration'], price: number): number | null {
  if (duration.kind === 'until_stopped') return null
  if (duration.kind === 'budget') return duration.spendLimitMicros
  return toWire(costAfter(BigInt(price), duration.seconds))
}

function extend(world: World, rental: MockRental, by: ExtendRental): void {
  const { view } = rental
  if (!isStoppable(view.phase)) {
    throw refuse('not_extendable', 'This rental has ended or is being stopped; rent a new pod.')
  }
  if (view.meter.startedAt === null) {
    throw refuse('not_extendable', 'It has not started yet. Extend it once it runs.')
  }
  applyExtension(world, rental, by)
  record(world, rental, world.nowMs(), 'extended', {
    endsAt: view.endsAt,
    spendLimitMicros: view.spendLimitMicros,
  })
  rental.next = { atMs: world.nowMs(), step: 'settle' }
}

function applyExtension(world: World, rental: MockRental, by: ExtendRental): void {
  const { view } = rental
  switch (by.by) {
    case 'seconds': {
      const endMs = plannedEndMs(rental)
      if (endMs === null) throw refuse('not_extendable', 'It has no end that could be moved.')
      view.endsAt = isoAt(endMs + by.seconds * 1000)
      return
    }
    case 'until':
      if (Date.parse(by.endsAt) <= world.nowMs()) {
        throw refuse('not_extendable', 'This moment is over already.')
      }
      view.endsAt = new Date(by.endsAt).toISOString()
      return
    case 'until_stopped':
      Object.assign(view, { endsAt: null, spendLimitMicros: null })
      return
    case 'budget':
      if (by.spendLimitMicros <= view.meter.chargedMicros) {
        throw refuse('not_extendable', `It has cost ${formatUsd(view.meter.chargedMicros, 6)} already.`)
      }
      Object.assign(view, { endsAt: null, spendLimitMicros: by.spendLimitMicros })
      return
    default:
      assertNever(by)
  }
}
