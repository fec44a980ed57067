import { newId } from '@berth/contract/ids'
import type { ReconciledProvider, ReconciledRental } from '@berth/contract/schemas/reconciliation'
import type { MockGroup } from '../mock-handlers.ts'
import { isoAt, type MockRental, type World } from '../world/world.ts'
import { pageOf } from './page.ts'

const MONTH_MS = 30 * 86_400_000
/** Those that tell what a pod cost; one of them charges for traffic, which nobody expects. */
const TELL = new Map([
  ['runpod', 0.99],
  ['vast', 1.12],
])
const TOLERANCE_MICROS = 50_000

export const reconciliationHandlers: Pick<MockGroup<'operator'>, 'reconciliation' | 'reconcileNow'> = {
  reconciliation: ({ world, query }) => {
    const place = ({ deviation }: ReconciledRental): number => (deviation === null ? 0 : 1)
    const all = world.state.rentals
      .filter(({ view }) => view.meter.chargedMicros > 0)
      .map((rental) => reconciled(world, rental))
      .sort((a, b) => place(b) - place(a) || b.rentalId.localeCompare(a.rentalId))
    const items = query.state === 'all' ? all : all.filter((rental) => place(rental) > 0)
    return {
      ...pageOf(items, query),
      lastRun: world.state.lastReconciliation,
      providers: byProvider(all),
      since: isoAt(world.nowMs() - MONTH_MS),
      asOf: isoAt(world.nowMs()),
    }
  },
  reconcileNow: ({ world }) => {
    const { state } = world
    const now = isoAt(world.nowMs())
    const { until } = state.lastReconciliation
    const run = { requestedBy: state.user.handle, from: until, until: now, startedAt: now, finishedAt: now }
    state.lastReconciliation = {
      ...state.lastReconciliation,
      ...run,
      id: newId('reconciliationRun', world.nowMs()),
    }
    return { lastRun: state.lastReconciliation }
  },
}

function reconciled(world: World, { view, offer }: MockRental): ReconciledRental {
  const chargedMicros = view.meter.chargedMicros
  const estimateMicros = Math.ceil((chargedMicros * offer.upstreamMicrosPerHour) / offer.priceMicrosPerHour)
  const share = TELL.get(view.provider)
  const cost = share === undefined ? estimateMicros : Math.floor(estimateMicros * share)
  return {
    rentalId: view.id,
    name: view.name,
    account: view.provider,
    providerName: view.providerName,
    endedAt: view.endedAt,
    chargedMicros,
    upstreamCostMicros: cost,
    marginMicros: chargedMicros - cost,
    source: share === undefined ? 'estimate' : 'bill',
    estimateMicros,
    differenceMicros: share === undefined ? null : cost - estimateMicros,
    deviation: cost - estimateMicros > TOLERANCE_MICROS ? 'above' : null,
    unanswered: 0,
    words: null,
    reconciledAt: world.state.lastReconciliation.finishedAt ?? isoAt(world.nowMs()),
  }
}

function byProvider(rentals: readonly ReconciledRental[]): ReconciledProvider[] {
  return [...new Set(rentals.map(({ account }) => account))].map((account) => {
    const own = rentals.filter((rental) => rental.account === account)
    const sum = (pick: (rental: ReconciledRental) => number): number =>
      own.reduce((total, rental) => total + pick(rental), 0)
    return {
      account,
      displayName: own[0]?.providerName ?? account,
      pods: own.length,
      chargedMicros: sum((rental) => rental.chargedMicros),
      billedMicros: sum(({ source, upstreamCostMicros }) => (source === 'bill' ? upstreamCostMicros : 0)),
      estimatedMicros: sum(({ source, upstreamCostMicros }) => (source === 'bill' ? 0 : upstreamCostMicros)),
      marginMicros: sum((rental) => rental.marginMicros),
      differenceMicros: sum((rental) => rental.differenceMicros ?? 0),
      flagged: own.filter(({ deviation }) => deviation !== null).length,
      unanswered: 0,
    }
  })
}
