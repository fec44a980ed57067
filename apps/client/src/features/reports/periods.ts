const DAY_MS = 86_400_000

export const PERIODS = ['week', 'month', 'last_month', 'quarter'] as const
export type PeriodName = (typeof PERIODS)[number]

export interface Period {
  from: string
  to: string
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Whole days in UTC, as the ledger counts them. */
export function periodOf(name: PeriodName, nowMs: number): Period {
  const today = dayOf(nowMs)
  if (name === 'week') return { from: dayOf(nowMs - 6 * DAY_MS), to: today }
  if (name === 'quarter') return { from: dayOf(nowMs - 89 * DAY_MS), to: today }
  if (name === 'month') return { from: `${today.slice(0, 7)}-01`, to: today }
  const lastDay = Date.parse(`${today.slice(0, 7)}-01T00:00:00Z`) - DAY_MS
  return { from: `${dayOf(lastDay).slice(0, 7)}-01`, to: dayOf(lastDay) }
}

/** Every day of the period, so that a day without usage is seen as one. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = []
  for (let ms = Date.parse(`${from}T00:00:00Z`); dayOf(ms) <= to; ms += DAY_MS) days.push(dayOf(ms))
  return days
}

/** The last twelve months, this one first, none of them before the month of `sinceMs`: "2026-03". */
export function monthsUntil(nowMs: number, sinceMs = 0): string[] {
  const now = new Date(nowMs)
  const first = new Date(sinceMs).toISOString().slice(0, 7)
  return Array.from({ length: 12 }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  ).filter((month) => month >= first)
}
