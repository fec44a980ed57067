import { describeAwaited } from '@berth/contract/awaited'
import { theySay } from '@berth/contract/causes'
import type { Books, OperatorRental } from '@berth/contract/schemas/operator'
import { isLive } from '@berth/contract/rental-status'
import type { MockGroup } from '../mock-handlers.ts'
import { stopFor } from '../world/pod-story.ts'
import { refuse } from '../world/refuse.ts'
import { isoAt, type MockRental, type World } from '../world/world.ts'
import { reconciliationHandlers } from './operator-reconciliation.ts'
import { pageOf } from './page.ts'

const MONTH_MS = 30 * 86_400_000

export const operatorHandlers: MockGroup<'operator'> = {
  rentals: ({ world, query }) => {
    const all = everybodysRentals(world)
    const live = all.filter(({ phase }) => isLive(phase))
    const stuck = live.filter(({ health }) => health === 'stuck')
    const states = { all, live, stuck }
    const items = states[query.state].filter(
      (rental) =>
        (query.phase === undefined || rental.phase === query.phase) &&
        (query.health === undefined || rental.health === query.health) &&
        (query.provider === undefined || rental.provider === query.provider) &&
        (query.handle === undefined || rental.owner.handle === query.handle) &&
        (query.renter === undefined || rental.owner.id === query.renter),
    )
    return {
      ...pageOf(items, query),
      counts: { stuck: stuck.length, live: live.length },
      temporalUrl: null,
      asOf: isoAt(world.nowMs()),
    }
  },
  retry: ({ world, params }) => {
    const other = world.state.othersRentals.find(({ id }) => id === params.id)
    if (other) endOther(world, other, other.endDetail)
    return find(world, params.id)
  },
  forceEnd: ({ world, params, body }) => {
    const other = world.state.othersRentals.find(({ id }) => id === params.id)
    const own = world.state.rentals.find(({ view }) => view.id === params.id)
    if (other) endOther(world, other, body.reason)
    if (own && own.view.phase !== 'ended') {
      stopFor(world, own, world.nowMs(), 'ended_by_operator', theySay(body.reason))
    }
    return find(world, params.id)
  },
  providers: ({ world }) => ({
    items: world.state.providers.map((account) => ({
      ...account,
      livePods: livePods(world, account.provider),
    })),
    asOf: isoAt(world.nowMs()),
  }),
  switchProvider: ({ world, params, body }) => {
    const account = world.state.providers.find((each) => each.account === params.account)
    if (!account) throw refuse('not_found', 'We have no such account.')
    Object.assign(account, { status: body.status, reason: body.status === 'on' ? null : body.reason })
    const at = isoAt(world.nowMs())
    world.tell({ id: null, event: { type: 'offers.updated', provider: account.provider, at } })
    return account
  },
  books: ({ world }) => books(world),
  ...reconciliationHandlers,
}

const livePods = (world: World, provider: string): number =>
  world.state.rentals.filter(({ view }) => view.provider === provider && isLive(view.phase)).length

function everybodysRentals(world: World): OperatorRental[] {
  const own = world.state.rentals.map((rental) => operatorView(world, rental)).reverse()
  return [...world.state.othersRentals, ...own]
}

function find(world: World, id: string): OperatorRental {
  const rental = everybodysRentals(world).find((each) => each.id === id)
  if (!rental) throw refuse('not_found', 'There is no such rental.')
  return rental
}

function endOther(world: World, rental: OperatorRental, detail: string | null): void {
  if (rental.phase === 'ended') throw refuse('not_stoppable', 'This rental has already ended.')
  Object.assign(rental, {
    phase: 'ended',
    health: 'ok',
    endReason: detail === null ? 'stopped_by_user' : 'ended_by_operator',
    endDetail: detail,
    endCause: null,
    trouble: null,
    phaseSince: isoAt(world.nowMs()),
  })
}

function operatorView(world: World, { view, offer }: MockRental): OperatorRental {
  const { id, handle } = world.state.user
  const { phase, health, endReason, endDetail, endCause, provider, providerName } = view
  const event = world.state.events.findLast((each) => each.rentalId === view.id)
  const awaited = { kind: 'pod_destruction', provider: providerName } as const
  const phaseSince = view.endedAt ?? view.stopRequestedAt ?? view.readyAt ?? view.requestedAt
  return {
    id: view.id,
    name: view.name,
    owner: { id, handle },
    phase,
    health,
    endReason,
    endDetail,
    endCause,
    account: provider,
    provider,
    providerName,
    gpuModel: offer.gpu.model,
    gpuCount: view.gpuCount,
    region: view.region.code,
    podId: view.attempts.length > 0 ? `pod-${view.id.slice(-8).toLowerCase()}` : null,
    priceMicrosPerHour: view.meter.priceMicrosPerHour,
    requestedAt: view.requestedAt,
    phaseSince,
    trouble:
      health === 'stuck' && event
        ? {
            kind: 'stuck',
            since: event.at,
            waitingFor: describeAwaited(awaited),
            awaited,
            words: 'The instance is being processed.',
          }
        : null,
    temporalUrl: null,
  }
}

/** Charges from the ledger; what they cost us at the share that the provider gets of the price. */
function books(world: World): Books {
  const rows = new Map<string, Books['providers'][number]>()
  for (const { view, offer } of world.state.rentals) {
    const charged = view.meter.chargedMicros
    const cost = Math.floor((charged * offer.upstreamMicrosPerHour) / offer.priceMicrosPerHour)
    const row = rows.get(view.provider) ?? {
      account: view.provider,
      displayName: view.providerName,
      rentals: 0,
      chargedMicros: 0,
      upstreamCostMicros: 0,
      marginMicros: 0,
      writeOffMicros: 0,
    }
    row.rentals += 1
    row.chargedMicros += charged
    row.upstreamCostMicros += cost
    row.marginMicros = row.chargedMicros - row.upstreamCostMicros
    rows.set(view.provider, row)
  }
  const providers = [...rows.values()].sort((a, b) => b.chargedMicros - a.chargedMicros)
  const sum = (pick: (row: Books['providers'][number]) => number) =>
    providers.reduce((total, row) => total + pick(row), 0)
  const { wallet } = world.state
  return {
    totals: {
      chargedMicros: sum((row) => row.chargedMicros),
      upstreamCostMicros: sum((row) => row.upstreamCostMicros),
      marginMicros: sum((row) => row.marginMicros),
      writeOffMicros: 0,
      receivablesMicros: wallet.receivableMicros,
      walletsMicros: wallet.availableMicros + wallet.heldMicros,
    },
    providers,
    since: isoAt(world.nowMs() - MONTH_MS),
    asOf: isoAt(world.nowMs()),
  }
}
