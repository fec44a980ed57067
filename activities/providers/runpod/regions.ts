import type { Region } from '@berth/contract/offer'
import { type Continent, continentOf } from '../continents.ts'

/** The first word of a data centre id, where it names a part of the world and the second word the country. */
const PARTS_OF_THE_WORLD = new Set(['EU', 'EUR', 'AP', 'SEA', 'OC', 'SA', 'AF', 'ME', 'AS', 'NA'])

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
  const continent = continentOf(country) ?? CONTINENT_OF_PART[part] ?? null
  return { code: dataCenterId, country: /^[A-Z]{2}$/.test(country) ? country : null, continent }
}
