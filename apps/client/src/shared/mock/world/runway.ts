import { affordableSeconds, costAfter } from '@berth/contract/money'
import type { Balance, SpendLimits } from '@berth/contract/schemas/billing'
import { isoAt, type MockRental, type World } from './world.ts'

/** The instant at which it ends by itself, or null: its time, or the second its budget is used up. */
export function plannedEndMs({ view }: MockRental): number | null {
  if (view.endsAt !== null) return Date.parse(view.endsAt)
  if (view.spendLimitMicros === null || view.meter.startedAt === null) return null
  const seconds = affordableSeconds(BigInt(view.spendLimitMicros), BigInt(view.meter.priceMicrosPerHour))
  return seconds === null ? null : Date.parse(view.meter.startedAt) + seconds * 1000
}

/** What costs money from now on: at this price, for so long at most. */
interface Spender {
  price: bigint
  seconds: number
}

/** A year; who lasts longer lasts. */
const FAR_SECONDS = 365 * 86_400

/** Seconds until so much money is gone; null when all that spends it ends before. */
export function secondsUntilGone(money: bigint, spenders: Spender[]): number | null {
  const costBy = (seconds: number): bigint =>
    spenders.reduce((sum, { price, ...its }) => sum + costAfter(price, Math.min(seconds, its.seconds)), 0n)
  let [low, high] = [0, FAR_SECONDS]
  if (costBy(high) <= money) return null
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (costBy(middle) <= money) low = middle
    else high = middle
  }
  return low
}

const DAY_MS = 86_400_000

/** When the money is gone, or what the limit of the day leaves of it if that comes first, before midnight (UTC). */
export function runwayOf(world: World): Pick<Balance, 'runwaySeconds' | 'dayLimit'> {
  const nowMs = world.nowMs()
  const { availableMicros, heldMicros } = world.state.wallet
  const spenders = spendersOf(world, nowMs)
  const whole = secondsUntilGone(BigInt(availableMicros + heldMicros), spenders)
  const { perDayMicros, spentTodayMicros, resetsAt } = spendLimitsOf(world)
  if (perDayMicros === null) return { runwaySeconds: whole, dayLimit: null }
  const left = BigInt(Math.max(perDayMicros - spentTodayMicros, heldMicros))
  const today = secondsUntilGone(left, spenders)
  const comesFirst =
    today !== null && nowMs + today * 1000 < Date.parse(resetsAt) && today < (whole ?? Infinity)
  return comesFirst
    ? { runwaySeconds: today, dayLimit: { limitMicros: perDayMicros, resetsAt } }
    : { runwaySeconds: whole, dayLimit: null }
}

export function spendLimitsOf({ state, nowMs }: World): SpendLimits {
  const today = isoAt(nowMs()).slice(0, 10)
  const charges = state.ledger.filter(
    ({ kind, occurredAt }) => kind === 'charge' && occurredAt.startsWith(today),
  )
  return {
    ...state.limits,
    spentTodayMicros: charges.reduce((sum, { amountMicros }) => sum - amountMicros, 0),
    resetsAt: isoAt(Date.parse(today) + DAY_MS),
  }
}

/** Every pod whose meter runs. */
export function spendersOf({ state }: World, nowMs: number): Spender[] {
  return state.rentals
    .filter(({ view }) => view.meter.startedAt !== null && view.meter.endedAt === null)
    .map((rental) => ({
      price: BigInt(rental.view.meter.priceMicrosPerHour),
      seconds: Math.max(Math.floor(((plannedEndMs(rental) ?? Infinity) - nowMs) / 1000), 0),
    }))
}
