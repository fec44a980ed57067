import type { UpstreamOffer } from '@berth/contract/offer'
import type { ReportOddity } from '../http/status-words.ts'
import { ProviderError } from '../provider-error.ts'
import { microsFromUsd } from '../usd.ts'
import type { VerdaApi } from './api.ts'
import { createOfferMap, type VerdaPlace } from './offers.ts'
import type { VerdaLocation } from './schema.ts'

const HOURS_PER_MONTH = 730
const OS_VOLUME_TYPE = 'NVMe'

interface ReadCatalog {
  provider: string
  api: VerdaApi
  report: ReportOddity
  signal: AbortSignal
}

/** Types and prices, places, and what is there now, on demand and as spot: five calls. */
export async function readCatalog({ provider, api, report, signal }: ReadCatalog): Promise<UpstreamOffer[]> {
  const [types, locations, diskMicrosPerGibHour, onDemand, spot] = await Promise.all([
    api.instanceTypes(signal),
    api.locations(signal),
    diskPrice({ provider, api, signal }),
    api.availability(false, signal),
    api.availability(true, signal),
  ])
  const offersOf = createOfferMap({ provider, report, diskMicrosPerGibHour })
  const placesOf = (instanceType: string): VerdaPlace[] =>
    [
      { isSpot: false, there: onDemand },
      { isSpot: true, there: spot },
    ].flatMap(({ isSpot, there }) =>
      there
        .filter(({ availabilities }) => availabilities.includes(instanceType))
        .map(({ location_code: location }) => ({
          location,
          country: countryOf(location, locations),
          isSpot,
        })),
    )
  return types.flatMap((type) => offersOf(type, placesOf(type.instance_type)))
}

/** Without a price of the disk no offer could be priced; the catalog then stays as it was. */
async function diskPrice({ provider, api, signal }: Omit<ReadCatalog, 'report'>): Promise<number> {
  const nvme = (await api.volumeTypes(signal)).find(({ type }) => type === OS_VOLUME_TYPE)
  if (nvme && (nvme.price.currency ?? 'usd').toLowerCase() === 'usd')
    return Math.ceil(microsFromUsd(nvme.price.price_per_month_per_gb) / HOURS_PER_MONTH)
  throw new ProviderError({
    provider,
    kind: 'protocol',
    words: `no dollar price of ${OS_VOLUME_TYPE} volumes`,
  })
}

function countryOf(code: string, locations: readonly VerdaLocation[]): string | null {
  const country = locations.find((location) => location.code === code)?.country_code?.toUpperCase()
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? country : null
}
