import type { Region } from '@berth/contract/offer'
import { continentOf } from '../continents.ts'

/** Regions are a country and a number: "CANADA-1", "NORWAY-1", "US-1". */
const COUNTRY_OF_WORD: Readonly<Record<string, string>> = { CANADA: 'CA', NORWAY: 'NO', US: 'US' }

/** A region by its name; a country that we do not know is none, and can be rented in all the same. */
export function regionOf(name: string): Region {
  const country = COUNTRY_OF_WORD[name.toUpperCase().replace(/-\d+$/, '')] ?? null
  return { code: name, country, continent: country === null ? null : continentOf(country) }
}
