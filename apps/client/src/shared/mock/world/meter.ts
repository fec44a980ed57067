import { affordableSeconds, costAfter, toWire } from '@berth/contract/money'
import { plannedEndMs } from './runway.ts'
import { burnOf, horizonSeconds, outlook, post } from './wallet.ts'
import { isoAt, type MockRental, type World } from './world.ts'

const priceOf = ({ view }: MockRental): bigint => BigInt(view.meter.priceMicrosPerHour)
const nameOf = ({ view }: MockRental) => ({ id: view.id, name: view.name })

/** Sets the first stretch aside; false where the wallet cannot. Answers what is held. */
export function holdFirst(world: World, rental: MockRental, atMs: number): number | null {
  const { available, firstHold } = outlook(world, priceOf(rental), rental.offer.terms.teardownSeconds)
  if (available < firstHold) return null
  hold(world, rental, atMs, firstHold)
  return toWire(firstHold)
}

function hold(world: World, rental: MockRental, atMs: number, amount: bigint): void {
  if (amount <= 0n) return
  rental.view.meter.heldMicros += toWire(amount)
  post(world, atMs, {
    kind: 'hold',
    availableChange: -amount,
    heldChange: amount,
    rental: nameOf(rental),
  })
}

/** The meter begins: billing starts when the pod answers. */
export function startMeter(rental: MockRental, atMs: number): void {
  const { meter } = rental.view
  meter.startedAt = isoAt(atMs)
  meter.chargedUntil = isoAt(atMs)
  rental.view.readyAt = isoAt(atMs)
  const { durationSeconds } = rental.view
  if (durationSeconds !== null) rental.view.endsAt = isoAt(atMs + durationSeconds * 1000)
}

const elapsedSeconds = (startedAt: string, atMs: number): number =>
  Math.max(0, Math.floor((atMs - Date.parse(startedAt)) / 1000))

/** Charges every whole second up to this instant out of what is held. */
function capture(world: World, rental: MockRental, atMs: number): void {
  const { meter } = rental.view
  if (meter.startedAt === null || meter.chargedUntil === null) return
  const seconds = elapsedSeconds(meter.startedAt, atMs)
  const owed = costAfter(priceOf(rental), seconds) - BigInt(meter.chargedMicros)
  const charge = owed < BigInt(meter.heldMicros) ? owed : BigInt(meter.heldMicros)
  const fresh = seconds - meter.billedSeconds
  if (fresh <= 0) return
  const until = isoAt(Date.parse(meter.startedAt) + seconds * 1000)
  const window = {
    from: meter.chargedUntil,
    to: until,
    seconds: fresh,
    priceMicrosPerHour: meter.priceMicrosPerHour,
  }
  meter.chargedMicros += toWire(charge)
  meter.heldMicros -= toWire(charge)
  meter.billedSeconds = seconds
  meter.chargedUntil = until
  post(world, atMs, {
    kind: 'charge',
    availableChange: 0n,
    heldChange: -charge,
    rental: nameOf(rental),
    window,
  })
}

/** Charges what was used and holds the next stretch. Answers until when the pod is paid for and when to look again. */
export function renew(world: World, rental: MockRental, atMs: number): { fundedMs: number; lookMs: number } {
  capture(world, rental, atMs)
  const { meter } = rental.view
  const price = priceOf(rental)
  const startedMs = Date.parse(meter.startedAt ?? isoAt(atMs))
  const available = BigInt(world.state.wallet.availableMicros)
  const horizon = horizonSeconds(affordableSeconds(available, burnOf(world)))
  const end = plannedEndMs(rental)
  const wishedSeconds = elapsedSeconds(isoAt(startedMs), atMs) + horizon + rental.offer.terms.teardownSeconds
  const capSeconds = end === null ? wishedSeconds : Math.ceil((end - startedMs) / 1000)
  const wanted = costAfter(price, Math.max(0, Math.min(wishedSeconds, capSeconds)))
  const missing = wanted - BigInt(meter.chargedMicros) - BigInt(meter.heldMicros)
  hold(world, rental, atMs, missing < available ? missing : available)
  const paidSeconds = affordableSeconds(BigInt(meter.chargedMicros + meter.heldMicros), price)
  const fundedMs =
    paidSeconds === null ? Number.POSITIVE_INFINITY : startedMs + Math.min(paidSeconds, capSeconds) * 1000
  meter.fundedUntil = isoAt(Math.min(fundedMs, atMs + LONGEST_MS))
  const lookMs = Math.min(atMs + horizon * 900, fundedMs, end ?? fundedMs)
  return { fundedMs, lookMs }
}

const LONGEST_MS = 365 * 86_400_000

/** The last charge, then what is left goes back to the wallet. */
export function closeMeter(world: World, rental: MockRental, atMs: number): void {
  const { meter } = rental.view
  capture(world, rental, atMs)
  if (meter.startedAt !== null) meter.endedAt = isoAt(atMs)
  const left = BigInt(meter.heldMicros)
  meter.heldMicros = 0
  meter.fundedUntil = null
  if (left > 0n) {
    post(world, atMs, { kind: 'release', availableChange: left, heldChange: -left, rental: nameOf(rental) })
  }
}
