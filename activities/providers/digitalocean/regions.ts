import type { Region } from '@berth/contract/offer'
import { continentOf } from '../continents.ts'

/** Region slugs are a city and a number: "nyc2", "ams3". */
const COUNTRY_OF_CITY: Readonly<Record<string, string>> = {
  nyc: 'US',
  sfo: 'US',
  atl: 'US',
  ric: 'US',
  mem: 'US',
  tor: 'CA',
  ams: 'NL',
  fra: 'DE',
  lon: 'GB',
  blr: 'IN',
  sgp: 'SG',
  syd: 'AU',
}

/** A region by its slug; a city that we do not know has no country, and can be rented all the same. */
export function regionOf(slug: string): Region {
  const country = COUNTRY_OF_CITY[slug.replace(/\d+$/, '')] ?? null
  return { code: slug, country, continent: country === null ? null : continentOf(country) }
}
