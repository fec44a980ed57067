import { dateFormat, numberFormat, relativeFormat } from './intl.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

type Unit = 'day' | 'hour' | 'minute' | 'second'
const UNITS: readonly (readonly [Unit, number])[] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', 1],
]

/** "4h 12m": the two largest units, in the reader's language. Whole seconds; below zero counts as zero. */
export function formatDuration(
  totalSeconds: number,
  locale = 'en',
  unitDisplay: 'narrow' | 'long' = 'narrow',
): string {
  const seconds = Math.max(0, Math.floor(totalSeconds))
  const first = UNITS.findIndex(([, size]) => seconds >= size)
  if (first === -1) return part(0, 'second', locale, unitDisplay)
  let rest = seconds
  const parts: string[] = []
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(part(count, unit, locale, unitDisplay))
  }
  return parts.join(' ')
}

function part(count: number, unit: Unit, locale: string, unitDisplay: 'narrow' | 'long'): string {
  return numberFormat(locale, { style: 'unit', unit, unitDisplay }).format(count)
}

/** "12s ago", "in 3h", "now": one unit, measured from `nowMs`. What has passed counts in whole units, what comes to the nearest. */
export function formatRelative(instant: string, nowMs: number, locale = 'en'): string {
  const seconds = Math.round((Date.parse(instant) - nowMs) / 1000)
  const magnitude = Math.abs(seconds)
  const [unit, size] = UNITS.find(([, length]) => magnitude >= length) ?? ['second', 1]
  // Why only of nothing: "yesterday" is not what 30 hours ago must be.
  const format = relativeFormat(locale, { numeric: magnitude === 0 ? 'auto' : 'always', style: 'narrow' })
  const count = seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size)
  return format.format(count || 0, unit)
}

/**
 * Of what has passed: never "in 2s". The clock of a page runs a little behind the server's, or ahead of what it was told.
 */
export const formatAgo = (instant: string, nowMs: number, locale = 'en'): string =>
  formatRelative(instant, Math.max(nowMs, Date.parse(instant)), locale)

/** "14:05:09": lines of a log. */
export const formatTimeOfDay = (instant: string, locale = 'en'): string =>
  dateFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(new Date(instant))

/** The full local date and time, to the second: what a relative time shows on hover. */
export const formatInstant = (instant: string, locale = 'en'): string =>
  dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(instant))

/** "Nov 25, 2026" in UTC, the day that books count by. */
export const formatUtcDay = (instant: string, locale = 'en'): string =>
  dateFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(instant))

/** "14:05" today, "Nov 25, 14:05" on another day: an end that someone plans around. */
export function formatEnd(instant: string, nowMs: number, locale = 'en'): string {
  const end = new Date(instant)
  const sameDay = end.toDateString() === new Date(nowMs).toDateString()
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return dateFormat(locale, sameDay ? time : { month: 'short', day: 'numeric', ...time }).format(end)
}
