import { dateFormat } from '../../shared/format/intl.ts'

const MONTH = /^20\d\d-(?:0[1-9]|1[0-2])$/

/** Whether it is a month as addresses write one: "2026-03". */
export const isMonth = (text: string): boolean => MONTH.test(text)

/** "March 2026" for "2026-03". */
export const monthName = (month: string, locale = 'en'): string =>
  dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  )

/** "Nov 26" of "2026-11-26", a day in UTC. */
export const dayName = (day: string, locale = 'en'): string =>
  dateFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
