import { LISTING_SORTS } from '@berth/contract/offer'
import type { ListingQuery } from '@berth/contract/schemas/catalog'
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

export type ListingSort = ListingQuery['sort']
export type ListFilter = 'gpu' | 'gpuCount' | 'continent' | 'country' | 'provider'

/** What the market shows; lives in the address so that it can be shared and survives a reload. */
export interface MarketFilters {
  q: string
  gpu: string[]
  gpuCount: string[]
  continent: string[]
  country: string[]
  provider: string[]
  minMemoryGib: number | null
  /** All-in per hour. */
  maxPriceMicrosPerHour: number | null
  /** true: only spot; false: only on demand; null: both. */
  spot: boolean | null
  /** Machines without a GPU too. */
  includeCpu: boolean
  sort: ListingSort
}

export const noFilters: MarketFilters = {
  q: '',
  gpu: [],
  gpuCount: [],
  continent: [],
  country: [],
  provider: [],
  minMemoryGib: null,
  maxPriceMicrosPerHour: null,
  spot: null,
  includeCpu: false,
  sort: 'price',
}

const LIST_FILTERS: readonly ListFilter[] = ['gpu', 'gpuCount', 'continent', 'country', 'provider']
/** Sorts whose best end is the largest value. */
const DESCENDING: ReadonlySet<ListingSort> = new Set(['memory', 'reliability'])

const MICROS_PER_DOLLAR = 1_000_000
const positive = (value: number): number | null =>
  value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : null

/** Reads the address; whatever makes no sense there is left out rather than refused. */
export function filtersFromQuery(query: LocationQuery): MarketFilters {
  const text = (name: string): string => [query[name]].flat()[0] ?? ''
  const list = (name: string): string[] => text(name).split(',').filter(Boolean)
  const spot = text('spot')
  return {
    q: text('q').slice(0, 100),
    gpu: list('gpu'),
    gpuCount: list('gpuCount'),
    continent: list('continent'),
    country: list('country'),
    provider: list('provider'),
    minMemoryGib: positive(Number(text('minMemoryGib'))),
    maxPriceMicrosPerHour: positive(Math.round(Number(text('maxPrice')) * MICROS_PER_DOLLAR)),
    spot: spot === 'true' ? true : spot === 'false' ? false : null,
    includeCpu: text('includeCpu') === 'true',
    sort: LISTING_SORTS.find((sort) => sort === text('sort')) ?? 'price',
  }
}

/** The shortest address that means these filters. */
export function queryFromFilters(filters: MarketFilters): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  if (filters.q !== '') query['q'] = filters.q
  for (const name of LIST_FILTERS) if (filters[name].length > 0) query[name] = filters[name].join(',')
  if (filters.minMemoryGib !== null) query['minMemoryGib'] = String(filters.minMemoryGib)
  if (filters.maxPriceMicrosPerHour !== null)
    query['maxPrice'] = String(filters.maxPriceMicrosPerHour / MICROS_PER_DOLLAR)
  if (filters.spot !== null) query['spot'] = String(filters.spot)
  if (filters.includeCpu) query['includeCpu'] = 'true'
  if (filters.sort !== 'price') query['sort'] = filters.sort
  return query
}

/** The same filters as the API takes them. */
export function facetQuery(filters: MarketFilters) {
  const {
    q,
    gpu,
    gpuCount,
    continent,
    country,
    provider,
    minMemoryGib,
    maxPriceMicrosPerHour,
    spot,
    includeCpu,
  } = filters
  return {
    ...(q === '' ? {} : { q }),
    ...(gpu.length > 0 ? { gpu } : {}),
    ...(gpuCount.length > 0 ? { gpuCount } : {}),
    ...(continent.length > 0 ? { continent } : {}),
    ...(country.length > 0 ? { country } : {}),
    ...(provider.length > 0 ? { provider } : {}),
    ...(minMemoryGib === null ? {} : { minMemoryGib }),
    ...(maxPriceMicrosPerHour === null ? {} : { maxPriceMicrosPerHour }),
    ...(spot === null ? {} : { spot: spot ? ('true' as const) : ('false' as const) }),
    ...(includeCpu ? { includeCpu: 'true' as const } : {}),
  }
}

export const listingQueryOf = (filters: MarketFilters) => ({
  ...facetQuery(filters),
  sort: filters.sort,
  order: DESCENDING.has(filters.sort) ? ('desc' as const) : ('asc' as const),
})

/** Filters of one value or none. */
type SingleFilter = 'minMemoryGib' | 'maxPriceMicrosPerHour' | 'spot'
const SINGLE_FILTERS: readonly SingleFilter[] = ['minMemoryGib', 'maxPriceMicrosPerHour', 'spot']

export interface ActiveFilter {
  name: ListFilter | 'q' | SingleFilter
  value: string
}

/** One entry for each thing that narrows the market, in the order of the filters. */
export function activeFilters(filters: MarketFilters): ActiveFilter[] {
  return [
    ...(filters.q === '' ? [] : [{ name: 'q' as const, value: filters.q }]),
    ...LIST_FILTERS.flatMap((name) => filters[name].map((value) => ({ name, value }))),
    ...SINGLE_FILTERS.flatMap((name) =>
      filters[name] === null ? [] : [{ name, value: String(filters[name]) }],
    ),
  ]
}

/** The filters without this one. */
export function withoutFilter(filters: MarketFilters, { name, value }: ActiveFilter): MarketFilters {
  switch (name) {
    case 'q':
      return { ...filters, q: '' }
    case 'minMemoryGib':
    case 'maxPriceMicrosPerHour':
    case 'spot':
      return { ...filters, [name]: null }
    default:
      return { ...filters, [name]: filters[name].filter((each) => each !== value) }
  }
}

/** Adds the value to the list, or takes it away. */
export function toggled(filters: MarketFilters, name: ListFilter, value: string): MarketFilters {
  const list = filters[name]
  const next = list.includes(value) ? list.filter((each) => each !== value) : [...list, value]
  return { ...filters, [name]: next }
}
