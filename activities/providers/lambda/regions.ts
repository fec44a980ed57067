import type { Region } from '@berth/contract/offer'
import { type Continent, continentOf } from '../continents.ts'

/** By Lambda's own descriptions; the code alone tells the country in the US only. */
const COUNTRY_OF: Readonly<Record<string, string>> = {
  'europe-central-1': 'DE',
  'asia-south-1': 'IN',
  'asia-northeast-1': 'JP',
  'asia-northeast-2': 'JP',
  'me-west-1': 'IL',
  'australia-east-1': 'AU',
}

const CONTINENT_OF_PART: Readonly<Record<string, Continent>> = {
  europe: 'EU',
  asia: 'AS',
  me: 'AS',
  australia: 'OC',
}

/** "us-west-1" is in the USA, "europe-central-1" in Germany; a new one is at least on its continent. */
export function regionOf(code: string): Region {
  const part = code.split('-')[0] ?? ''
  const country = part === 'us' ? 'US' : (COUNTRY_OF[code] ?? null)
  const continent = country === null ? CONTINENT_OF_PART[part] : continentOf(country)
  return { code, country, continent: continent ?? null }
}
