import type { Region } from '@berth/contract/offer'

export type Continent = NonNullable<Region['continent']>

const COUNTRIES_OF: Record<Continent, string> = {
  NA: 'US CA MX',
  SA: 'BR AR CL CO PE UY',
  EU: 'AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MD ME MK MT NL NO PL PT RO RS RU SE SI SK UA',
  AS: 'AE AM AZ BD BH CN GE HK ID IL IN JP KH KR KW KZ LK MN MY NP OM PH PK QA SA SG TH TR TW UZ VN',
  OC: 'AU NZ',
  AF: 'DZ EG KE MA NG TN ZA',
}

const CONTINENT_OF = new Map(
  Object.entries(COUNTRIES_OF).flatMap(([continent, countries]) =>
    countries.split(' ').map((country) => [country, continent as Continent] as const),
  ),
)

/** The continent of an ISO 3166 alpha-2 country where clouds have machines; null for one we do not list. */
export const continentOf = (country: string): Continent | null => CONTINENT_OF.get(country) ?? null
