import { describeAwaited } from '@berth/contract/awaited'
import { theySay, weSay, type Said } from '@berth/contract/causes'
import { assertNever } from '@berth/contract/errors'
import {
  describeRentalEvent,
  type RentalEventData,
  type RentalEventKind,
} from '@berth/contract/rental-events'
import type { AttemptOutcome, EndReason } from '@berth/contract/rental-status'
import { closeMeter, holdFirst, renew, startMeter } from './meter.ts'
import { noticeOfRentalEvent, noticeOfRunway } from './notices.ts'
import { plannedEndMs } from './runway.ts'
import { isoAt, type MockRental, type NextStep, type World } from './world.ts'

/** How long each part takes here, in milliseconds: long enough to be seen, short enough to wait for. */
const TAKES = {
  reserving: 500,
  asking: 1200,
  booting: 4500,
  bootTimeout: 9000,
  destroying: 2500,
  lingering: 12_000,
  untilInterrupted: 45_000,
}

/** Writes into the rental's timeline and tells the live stream. */
export function record<K extends RentalEventKind>(
  world: World,
  rental: MockRental,
  atMs: number,
  kind: K,
  data: RentalEventData[K],
): void {
  const { state } = world
  const plain: Record<string, unknown> = { ...data }
  const id = String((state.eventCount += 1))
  const at = isoAt(atMs)
  const rentalId = rental.view.id
  state.events.push({ id, rentalId, kind, at, message: describeRentalEvent(kind, plain), data: plain })
  world.tell({ id, event: { type: 'rental.updated', rentalId, kind, at } })
  noticeOfRentalEvent(world, rental, atMs, kind, data)
}

/** Lets everything happen that was due by now, in its order. */
export function advance(world: World): void {
  for (;;) {
    const now = world.nowMs()
    const [due] = world.state.rentals
      .filter(({ next }) => next !== null && next.atMs <= now)
      .sort((a, b) => (a.next?.atMs ?? 0) - (b.next?.atMs ?? 0))
    if (!due?.next) return
    const { atMs, step } = due.next
    due.next = null
    take(world, due, step, atMs)
  }
}

const after = (atMs: number, waitMs: number, step: NextStep['step']): NextStep => ({
  atMs: atMs + waitMs,
  step,
})

function take(world: World, rental: MockRental, step: NextStep['step'], atMs: number): void {
  switch (step) {
    case 'reserve':
      return reserve(world, rental, atMs)
    case 'attempt':
      return attempt(world, rental, atMs)
    case 'refused':
      return refused(world, rental, atMs)
    case 'created':
      return created(world, rental, atMs)
    case 'ready':
      return ready(world, rental, atMs)
    case 'settle':
      return settle(world, rental, atMs)
    case 'delayed':
      return delayed(world, rental, atMs)
    case 'gone':
      return gone(world, rental, atMs)
    default:
      return assertNever(step)
  }
}

function reserve(world: World, rental: MockRental, atMs: number): void {
  const heldMicros = holdFirst(world, rental, atMs)
  if (heldMicros === null) return stopFor(world, rental, atMs, 'insufficient_balance')
  record(world, rental, atMs, 'reserved', { heldMicros })
  rental.view.phase = 'launching'
  rental.next = after(atMs, 100, 'attempt')
}

function attempt(world: World, rental: MockRental, atMs: number): void {
  const { view, offer } = rental
  const number = view.attempts.length + 1
  const priceMicrosPerHour = view.meter.priceMicrosPerHour
  view.attempts.push({
    attempt: number,
    offerId: offer.id,
    provider: offer.provider,
    providerName: offer.providerName,
    priceMicrosPerHour,
    startedAt: isoAt(atMs),
    finishedAt: null,
    outcome: null,
    message: null,
    cause: null,
  })
  record(world, rental, atMs, 'attempt_started', {
    attempt: number,
    provider: offer.providerName,
    offerId: offer.id,
    priceMicrosPerHour,
  })
  rental.next = after(atMs, TAKES.asking, offer.behaviour === 'refuses' ? 'refused' : 'created')
}

function finishAttempt(rental: MockRental, atMs: number, outcome: AttemptOutcome, said: Said | null): void {
  const last = rental.view.attempts.at(-1)
  const told = { message: said?.words ?? null, cause: said?.cause ?? null }
  if (last) Object.assign(last, { finishedAt: isoAt(atMs), outcome, ...told })
}

function fail(world: World, rental: MockRental, atMs: number, outcome: AttemptOutcome, said: Said): void {
  finishAttempt(rental, atMs, outcome, said)
  record(world, rental, atMs, 'attempt_failed', { attempt: rental.view.attempts.length, outcome, ...said })
}

function refused(world: World, rental: MockRental, atMs: number): void {
  const said = theySay('There are no longer any instances available.')
  fail(world, rental, atMs, 'no_capacity', said)
  const cap = rental.view.failover?.maxPriceMicrosPerHour ?? null
  const other = world.state.offers.find(
    (offer) =>
      cap !== null &&
      offer.behaviour === 'works' &&
      offer.gpu.key === rental.offer.gpu.key &&
      offer.gpuCount === rental.offer.gpuCount &&
      offer.priceMicrosPerHour <= cap,
  )
  if (!other) return stopFor(world, rental, atMs, 'no_capacity', said)
  const { id: offerId, provider, providerName, terms, region, podKind, spot, priceMicrosPerHour } = other
  Object.assign(rental, { offer: other })
  Object.assign(rental.view, { offerId, provider, providerName, terms, region, podKind, spot })
  rental.view.meter.priceMicrosPerHour = priceMicrosPerHour
  rental.next = after(atMs, 300, 'attempt')
}

function created(world: World, rental: MockRental, atMs: number): void {
  const { view, offer } = rental
  record(world, rental, atMs, 'pod_created', {
    attempt: view.attempts.length,
    provider: offer.providerName,
  })
  view.phase = 'verifying'
  const takes = offer.behaviour === 'never_boots' ? TAKES.bootTimeout : TAKES.booting
  rental.next = after(atMs, takes, 'ready')
}

function ready(world: World, rental: MockRental, atMs: number): void {
  const { view, offer } = rental
  if (offer.behaviour === 'never_boots') {
    const data = { seconds: TAKES.bootTimeout / 1000, words: 'connect ECONNREFUSED' }
    const said = weSay({ code: 'boot_timeout', data })
    fail(world, rental, atMs, 'boot_timeout', said)
    return stopFor(world, rental, atMs, 'failed', said)
  }
  const host = `203.0.113.${20 + (world.state.rentals.indexOf(rental) % 200)}`
  const port = view.podKind === 'vm' ? 22 : 40_022
  finishAttempt(rental, atMs, 'ready', null)
  view.phase = 'running'
  view.ssh = { host, port, user: 'root', command: `ssh ${port === 22 ? '' : `-p ${port} `}root@${host}` }
  view.ports = view.ports.map(({ port: inside }, index) => ({
    port: inside,
    address: { published: { host, port: 41_000 + index }, open: { host, port: inside }, tunnel: null }[
      offer.terms.ports
    ],
  }))
  startMeter(rental, atMs)
  const bootSeconds = Math.round((atMs - Date.parse(view.requestedAt)) / 1000)
  record(world, rental, atMs, 'running', { host, port, bootSeconds })
  settle(world, rental, atMs)
}

/** The meter is looked at: charged, funded ahead, ended where its time, its budget or the wallet says so. */
function settle(world: World, rental: MockRental, atMs: number): void {
  const { view, offer } = rental
  const startedMs = Date.parse(view.meter.startedAt ?? isoAt(atMs))
  const lostMs = offer.behaviour === 'is_interrupted' ? startedMs + TAKES.untilInterrupted : Infinity
  const endMs = plannedEndMs(rental) ?? Infinity
  if (atMs >= lostMs) {
    record(world, rental, atMs, 'pod_lost', { rawStatus: 'EXITED', lastAliveAt: isoAt(atMs) })
    return stopFor(world, rental, atMs, 'interrupted')
  }
  if (atMs >= endMs) {
    return stopFor(world, rental, atMs, view.endsAt === null ? 'budget_reached' : 'term_reached')
  }
  const { fundedMs, lookMs } = renew(world, rental, atMs)
  noticeOfRunway(world, atMs)
  if (atMs >= fundedMs) return stopFor(world, rental, atMs, 'wallet_depleted')
  tellFunding(world, rental, atMs, fundedMs < endMs && world.state.wallet.availableMicros === 0)
  rental.next = { atMs: Math.min(lookMs, lostMs), step: 'settle' }
}

function tellFunding(world: World, rental: MockRental, atMs: number, isDepleting: boolean): void {
  const { view } = rental
  const fundedUntil = view.meter.fundedUntil ?? isoAt(atMs)
  if (isDepleting && view.health === 'ok') {
    view.health = 'depleting'
    record(world, rental, atMs, 'depleting', { fundedUntil })
  } else if (!isDepleting && view.health === 'depleting') {
    view.health = 'ok'
    record(world, rental, atMs, 'funded', { fundedUntil })
  }
}

/** Money stops at this instant; the pod is destroyed afterwards. */
export function stopFor(
  world: World,
  rental: MockRental,
  atMs: number,
  reason: EndReason,
  said: Said | null = null,
): void {
  const { view, offer } = rental
  closeMeter(world, rental, atMs)
  if (view.attempts.at(-1)?.outcome === null) finishAttempt(rental, atMs, 'cancelled', null)
  const told = { endDetail: said?.words ?? null, endCause: said?.cause ?? null }
  Object.assign(view, { phase: 'stopping', health: 'ok', endReason: reason, ...told })
  record(world, rental, atMs, 'stopping', { reason })
  const lingers = offer.behaviour === 'lingers' && view.meter.startedAt !== null
  rental.next = after(atMs, TAKES.destroying, lingers ? 'delayed' : 'gone')
}

function delayed(world: World, rental: MockRental, atMs: number): void {
  const awaited = { kind: 'pod_destruction', provider: rental.offer.providerName } as const
  rental.view.health = 'stuck'
  record(world, rental, atMs, 'teardown_delayed', { words: 'The instance is being processed.' })
  record(world, rental, atMs, 'stuck', {
    waitingFor: describeAwaited(awaited),
    awaited,
    words: 'The instance is being processed.',
  })
  rental.next = after(atMs, TAKES.lingering, 'gone')
}

function gone(world: World, rental: MockRental, atMs: number): void {
  const { view, offer } = rental
  if (view.attempts.length > 0) {
    record(world, rental, atMs, 'absence_proved', {
      attempt: view.attempts.length,
      provider: offer.providerName,
    })
  }
  Object.assign(view, { phase: 'ended', health: 'ok', ssh: null, endedAt: isoAt(atMs) })
  record(world, rental, atMs, 'ended', {
    reason: view.endReason ?? 'stopped_by_user',
    detail: view.endDetail,
    cause: view.endCause,
    chargedMicros: view.meter.chargedMicros,
    billedSeconds: view.meter.billedSeconds,
  })
}
