import { numberFormat } from './intl.ts'

/** "2,780" as the language groups digits. */
export const formatCount = (count: number, locale = 'en'): string => numberFormat(locale, {}).format(count)
