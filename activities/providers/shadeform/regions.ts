import type { Region } from '@berth/contract/offer'
import { continentOf } from '../continents.ts'

/** English names of countries in small letters, without spaces, as Shadeform's region names carry them. */
const CODE_OF_COUNTRY: ReadonlyMap<string, string> = new Map([...everyCountry(), ['usa', 'US'], ['uk', 'GB']])

function everyCountry(): [name: string, code: string][] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  return letters.flatMap((first) =>
    letters.flatMap((second): [string, string][] => {
      const code = first + second
      const name = names.of(code)
      return name !== undefined && continentOf(code) !== null ? [[plain(name), code]] : []
    }),
  )
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}

/**
 * "montreal-canada-2" is in Canada. Where the name does not tell, the display name may: "US, Wichita, KS" begins with the
 * country, "Toronto, Canada" ends with it; two letters at the end are a state, not a country.
 */
export function regionOf({ region, displayName }: { region: string; displayName: string }): Region {
  const parts = displayName.split(',').map((part) => part.trim())
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  const country =
    [...region.split('-'), first, last]
      .map((word) => CODE_OF_COUNTRY.get(plain(word)))
      .find((code) => code !== undefined) ?? (isCountryCode(first) ? first : null)
  return { code: region, country, continent: country === null ? null : continentOf(country) }
}

const isCountryCode = (word: string): boolean => /^[A-Z]{2}$/.test(word) && continentOf(word) !== null
