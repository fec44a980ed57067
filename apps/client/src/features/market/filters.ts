import { LISTING_SORTS, type ListingQuery } from '@berth/contract/schemas/catalog'
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

export type ListingSort = ListingQuery['sort']
export type ListFilter = 'gpu' | 'gpuCount' | 'continent' | 'provider'

/** What the market shows; lives in the address so that it can be shared and survives a reload. */
export interface MarketFilters {
  q: string
  gpu: string[]
  gpuCount: string[]
  continent: string[]
  provider: string[]
  minMemoryGib: number | null
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
  provider: [],
  minMemoryGib: null,
  spot: null,
  includeCpu: false,
  sort: 'price',
}

const LIST_FILTERS: readonly ListFilter[] = ['gpu', 'gpuCount', 'continent', 'provider']
/** Sorts whose best end is the largest value. */
const DESCENDING: ReadonlySet<ListingSort> = new Set(['memory', 'reliability'])

/** Reads the address; whatever makes no sense there is left out rather than refused. */
export function filtersFromQuery(query: LocationQuery): MarketFilters {
  const text = (name: string): string => [query[name]].flat()[0] ?? ''
  const list = (name: string): string[] => text(name).split(',').filter(Boolean)
  const memory = Number(text('minMemoryGib'))
  const spot = text('spot')
  return {
    q: text('q').slice(0, 100),
    gpu: list('gpu'),
    gpuCount: list('gpuCount'),
    continent: list('continent'),
    provider: list('provider'),
    minMemoryGib: Number.isFinite(memory) && memory > 0 ? memory : null,
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
  if (filters.spot !== null) query['spot'] = String(filters.spot)
  if (filters.includeCpu) query['includeCpu'] = 'true'
  if (filters.sort !== 'price') query['sort'] = filters.sort
  return query
}

/** The same filters as the API takes them. */
export function facetQuery(filters: MarketFilters) {
  const { q, gpu, gpuCount, continent, provider, minMemoryGib, spot, includeCpu } = filters
  return {
    ...(q === '' ? {} : { q }),
    ...(gpu.length > 0 ? { gpu } : {}),
    ...(gpuCount.length > 0 ? { gpuCount } : {}),
    ...(continent.length > 0 ? { continent } : {}),
    ...(provider.length > 0 ? { provider } : {}),
    ...(minMemoryGib === null ? {} : { minMemoryGib }),
    ...(spot === null ? {} : { spot: spot ? ('true' as const) : ('false' as const) }),
    ...(includeCpu ? { includeCpu: 'true' as const } : {}),
  }
}

export const listingQueryOf = (filters: MarketFilters) => ({
  ...facetQuery(filters),
  sort: filters.sort,
  order: DESCENDING.has(filters.sort) ? ('desc' as const) : ('asc' as const),
})

export interface ActiveFilter {
  name: ListFilter | 'q' | 'minMemoryGib' | 'spot'
  value: string
}

/** One entry for each thing that narrows the market, in the order of the filters. */
export function activeFilters(filters: MarketFilters): ActiveFilter[] {
  return [
    ...(filters.q === '' ? [] : [{ name: 'q' as const, value: filters.q }]),
    ...LIST_FILTERS.flatMap((name) => filters[name].map((value) => ({ name, value }))),
    ...(filters.minMemoryGib === null
      ? []
      : [{ name: 'minMemoryGib' as const, value: String(filters.minMemoryGib) }]),
    ...(filters.spot === null ? [] : [{ name: 'spot' as const, value: String(filters.spot) }]),
  ]
}

/** The filters without this one. */
export function withoutFilter(filters: MarketFilters, { name, value }: ActiveFilter): MarketFilters {
  if (name === 'q') return { ...filters, q: '' }
  if (name === 'minMemoryGib' || name === 'spot') return { ...filters, [name]: null }
  return { ...filters, [name]: filters[name].filter((each) => each !== value) }
}

/** Adds the value to the list, or takes it away. */
export function toggled(filters: MarketFilters, name: ListFilter, value: string): MarketFilters {
  const list = filters[name]
  const next = list.includes(value) ? list.filter((each) => each !== value) : [...list, value]
  return { ...filters, [name]: next }
}
