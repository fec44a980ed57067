import type { Balance } from '@berth/contract/schemas/billing'
import type { RentalView } from '@berth/contract/schemas/rentals'

const HOUR_MS = 3_600_000

type Wallet = Pick<Balance, 'totalMicros' | 'runwaySeconds' | 'dayLimit' | 'asOf'>
type Pod = Pick<RentalView, 'name' | 'endsAt' | 'spendLimitMicros' | 'charging' | 'meter'>

/** One moment at which the wallet holds so much; between two of them it falls evenly. */
export interface ForecastStep {
  atMs: number
  micros: number
  /** Pods that end by themselves at this moment. */
  ends: string[]
}

export interface Forecast {
  steps: ForecastStep[]
  /** When the money is gone, or the limit of the day, by the server's own reckoning; null where every pod ends before. */
  emptyAtMs: number | null
}

/**
 * What the wallet will hold if nobody does anything: it falls at the price of what runs, and less steeply from each pod's
 * end or budget on. A term is paid and takes no more. Null while nothing takes money.
 */
export function forecastBalance(
  { totalMicros, runwaySeconds, dayLimit, asOf }: Wallet,
  pods: readonly Pod[],
): Forecast | null {
  const nowMs = Date.parse(asOf)
  const burning = pods.filter(isBurning).map((pod) => ({
    name: pod.name,
    microsPerMs: pod.meter.priceMicrosPerHour / HOUR_MS,
    endMs: Math.max(nowMs, endOf(pod)),
  }))
  if (burning.length === 0) return null
  const emptyAtMs = runwaySeconds === null ? null : nowMs + runwaySeconds * 1000
  const untilMs = emptyAtMs ?? Math.max(...burning.map(({ endMs }) => endMs))
  if (!Number.isFinite(untilMs) || untilMs <= nowMs) return null

  const spentBy = (atMs: number): number =>
    burning.reduce((sum, { microsPerMs, endMs }) => sum + microsPerMs * (Math.min(atMs, endMs) - nowMs), 0)
  const stepAt = (atMs: number): ForecastStep => ({
    atMs,
    micros:
      atMs === emptyAtMs && dayLimit === null ? 0 : Math.max(0, Math.round(totalMicros - spentBy(atMs))),
    ends: burning.filter(({ endMs }) => endMs === atMs).map(({ name }) => name),
  })
  const moments = new Set([
    nowMs,
    ...burning.map(({ endMs }) => endMs).filter((ms) => ms <= untilMs),
    untilMs,
  ])
  return { steps: [...moments].sort((a, b) => a - b).map(stepAt), emptyAtMs }
}

const isBurning = ({ charging, meter }: Pod): boolean =>
  charging.strategy !== 'term' && meter.startedAt !== null && meter.endedAt === null

/** Whichever comes first: its end, or the moment its budget is used up; infinite for one that runs until it is stopped. */
function endOf({ endsAt, spendLimitMicros, meter }: Pod): number {
  const termMs = endsAt === null ? Infinity : Date.parse(endsAt)
  const meteredMs = Date.parse(meter.chargedUntil ?? meter.startedAt ?? meter.asOf)
  const budgetMs =
    spendLimitMicros === null
      ? Infinity
      : meteredMs + ((spendLimitMicros - meter.chargedMicros) / meter.priceMicrosPerHour) * HOUR_MS
  return Math.round(Math.min(termMs, budgetMs))
}
