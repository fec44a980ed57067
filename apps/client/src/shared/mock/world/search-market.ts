import type { Facets, ListingQuery } from '@berth/contract/schemas/catalog'
import { providerHealth, type MockOffer, type World } from './world.ts'

type Filters = Omit<ListingQuery, 'cursor' | 'pageSize' | 'sort' | 'order'>
type FacetName = Exclude<keyof Facets, 'total'>

const valueOf: Record<FacetName, (offer: MockOffer) => string> = {
  gpu: ({ gpu }) => gpu.key,
  gpuCount: ({ gpuCount }) => String(gpuCount),
  memoryGib: ({ gpu }) => String(gpu.memoryGib),
  continent: ({ region }) => region.continent ?? '',
  country: ({ region }) => region.country ?? '',
  provider: ({ provider }) => provider,
}

const words = (offer: MockOffer): string =>
  [
    offer.gpu.model,
    offer.gpu.model.replaceAll(' ', ''),
    `${offer.gpu.memoryGib}gb`,
    offer.gpu.formFactor,
    offer.providerName,
    offer.provider,
    offer.region.code,
    offer.region.country,
    offer.spot ? 'spot' : '',
  ]
    .join(' ')
    .toLowerCase()

/** What each facet's own filter wants; absent where nothing was asked. */
const wantedBy: Record<FacetName, (filters: Filters) => ((offer: MockOffer) => boolean) | undefined> = {
  gpu: ({ gpu }) =>
    gpu?.length ? (offer) => gpu.includes(offer.gpu.key) || gpu.includes(offer.gpu.model) : undefined,
  gpuCount: ({ gpuCount }) => among('gpuCount', gpuCount),
  memoryGib:
    ({ minMemoryGib = 0 }) =>
    (offer) =>
      offer.gpu.memoryGib >= minMemoryGib,
  continent: ({ continent }) => among('continent', continent),
  country: ({ country }) => among('country', country),
  provider: ({ provider }) => among('provider', provider),
}
const FACETS = Object.keys(wantedBy) as FacetName[]

const among = (name: FacetName, wanted: string[] | undefined) =>
  wanted?.length ? (offer: MockOffer) => wanted.includes(valueOf[name](offer)) : undefined

/** Whether the offer passes; `except` leaves one facet's own filter out. */
function passes(offer: MockOffer, filters: Filters, except?: FacetName): boolean {
  const terms = (filters.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return (
    terms.every((term) => words(offer).includes(term)) &&
    offer.priceMicrosPerHour <= (filters.maxPriceMicrosPerHour ?? Infinity) &&
    (filters.spot === undefined || offer.spot === filters.spot) &&
    FACETS.every((name) => name === except || wantedBy[name](filters)?.(offer) !== false)
  )
}

const sortValue: Record<ListingQuery['sort'], (offer: MockOffer) => number | string> = {
  price: (offer) => offer.priceMicrosPerHour,
  price_per_gpu: (offer) => offer.pricePerGpuMicrosPerHour,
  memory: (offer) => offer.gpu.memoryGib,
  gpu: (offer) => offer.gpu.model,
  reliability: (offer) => offer.reliability ?? -1,
  freshness: (offer) => offer.ageSeconds,
}

/** A page of the market; the cursor is a number of offers to leave out, since this market never changes between two pages. */
export function searchMarket(world: World, query: ListingQuery) {
  const direction = query.order === 'asc' ? 1 : -1
  const value = sortValue[query.sort]
  const found = openOffers(world)
    .filter((offer) => passes(offer, query))
    .sort((a, b) => {
      const [left, right] = [value(a), value(b)]
      return (
        (left < right ? -1 : left > right ? 1 : 0) * direction || a.priceMicrosPerHour - b.priceMicrosPerHour
      )
    })
  const from = Number(query.cursor ?? 0)
  const to = from + query.pageSize
  return {
    items: found.slice(from, to),
    nextCursor: to < found.length ? String(to) : null,
    total: found.length,
    providers: providerHealth(world, world.nowMs()),
  }
}

/** A provider that takes nothing new sells nothing. */
export const openOffers = ({ state }: World): MockOffer[] =>
  state.offers.filter((offer) =>
    state.providers.some(({ provider, status }) => provider === offer.provider && status === 'on'),
  )

export function countFacets(world: World, filters: Filters): Facets {
  const offers = openOffers(world)
  const facet = (name: FacetName, labelOf: (offer: MockOffer) => string) => {
    const values = new Map<string, Facets['gpu'][number]>()
    for (const offer of offers.filter((each) => passes(each, filters, name))) {
      const value = valueOf[name](offer)
      const price = offer.pricePerGpuMicrosPerHour
      const known = values.get(value)
      if (known) {
        known.count += 1
        known.fromMicrosPerGpuHour = Math.min(known.fromMicrosPerGpuHour, price)
      } else values.set(value, { value, label: labelOf(offer), count: 1, fromMicrosPerGpuHour: price })
    }
    const isNumber = name === 'gpuCount' || name === 'memoryGib'
    return [...values.values()].sort((a, b) =>
      isNumber ? Number(a.value) - Number(b.value) : b.count - a.count,
    )
  }
  const countries = new Intl.DisplayNames('en', { type: 'region' })
  return {
    gpu: facet('gpu', ({ gpu }) => `${gpu.model} ${gpu.memoryGib} GB`),
    gpuCount: facet('gpuCount', ({ gpuCount }) => (gpuCount === 1 ? '1 GPU' : `${gpuCount} GPUs`)),
    memoryGib: facet('memoryGib', ({ gpu }) => `${gpu.memoryGib} GB`),
    continent: facet('continent', ({ region }) => region.continent ?? ''),
    country: facet('country', ({ region }) => countries.of(region.country ?? 'ZZ') ?? ''),
    provider: facet('provider', ({ providerName }) => providerName),
    total: offers.filter((offer) => passes(offer, filters)).length,
  }
}
