import { dateFormat } from '../../shared/format/intl.ts'

/** "March 2026" for "2026-03". */
export const monthName = (month: string, locale = 'en'): string =>
  dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  )
