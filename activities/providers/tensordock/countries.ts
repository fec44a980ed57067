/** Names that hosts give beside the usual one. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  usa: 'US',
  'united states of america': 'US',
  uk: 'GB',
  england: 'GB',
  'czech republic': 'CZ',
  holland: 'NL',
  'the netherlands': 'NL',
  korea: 'KR',
  turkey: 'TR',
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

const CODE_OF = new Map(Object.entries(OTHER_NAMES))
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
for (const code of LETTERS.flatMap((first) => LETTERS.map((second) => `${first}${second}`))) {
  const name = names.of(code)
  // Why canonical: a retired code ("DD") shares the name of the one that took its place.
  const isInUse = Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`
  if (name !== undefined && isInUse) CODE_OF.set(name.toLowerCase(), code)
}

/** ISO 3166 alpha-2 of a country by its English name, or by its code; null for one we can not tell. */
export function countryOf(name: string | null | undefined): string | null {
  const words = name?.trim() ?? ''
  if (/^[A-Z]{2}$/.test(words) && words !== 'UK') return words
  return CODE_OF.get(words.toLowerCase()) ?? null
}
