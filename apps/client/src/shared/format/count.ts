/** "2,780" as the language groups digits. */
export const formatCount = (count: number, locale = 'en'): string =>
  new Intl.NumberFormat(locale).format(count)
