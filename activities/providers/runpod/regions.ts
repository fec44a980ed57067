import type { Region } from '@berth/contract/offer'

type Continent = NonNullable<Region['continent']>

/** The first word of a data centre id, where it names a part of the world and the second word the country. */
const PARTS_OF_THE_WORLD = new Set(['EU', 'EUR', 'AP', 'SEA', 'OC', 'SA', 'AF', 'ME', 'AS', 'NA'])

const COUNTRIES_OF: Record<Continent, string> = {
  NA: 'US CA MX',
  SA: 'BR AR CL CO PE UY',
  EU: 'AT BE BG CH CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV NL NO PL PT RO RS SE SI SK UA',
  AS: 'AE HK ID IL IN JP KR KZ MY PH QA SA SG TH TR TW VN',
  OC: 'AU NZ',
  AF: 'EG KE MA NG TN ZA',
}
const CONTINENT_OF = new Map(
  Object.entries(COUNTRIES_OF).flatMap(([continent, countries]) =>
    countries.split(' ').map((country) => [country, continent as Continent] as const),
  ),
)
const CONTINENT_OF_PART: Readonly<Record<string, Continent>> = {
  EU: 'EU',
  EUR: 'EU',
  AP: 'AS',
  SEA: 'AS',
  AS: 'AS',
  ME: 'AS',
  OC: 'OC',
  SA: 'SA',
  AF: 'AF',
  NA: 'NA',
}

/** Where RunPod does not say a data centre, its scheduler picks one. */
export const ANYWHERE: Region = { code: 'ANY', country: null, continent: null }

/** "US-KS-2" is Kansas, "CA-MTL-1" Canada, "EU-RO-1" Romania, "EUR-IS-1" Iceland. */
export function regionOf(dataCenterId: string): Region {
  const [part = '', second = ''] = dataCenterId.toUpperCase().split('-')
  const country = PARTS_OF_THE_WORLD.has(part) ? second : part
  const continent = CONTINENT_OF.get(country) ?? CONTINENT_OF_PART[part] ?? null
  return { code: dataCenterId, country: /^[A-Z]{2}$/.test(country) ? country : null, continent }
}
