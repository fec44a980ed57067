import { DomainError } from '@berth/contract/errors'
import type { ListingQuery } from '@berth/contract/schemas/catalog'
import { isCpuOnly, plainName, type ListedOffer } from './listed-offer.ts'
import { matchesSearch, searchTerms } from './search-text.ts'

export type ListingFilters = Omit<ListingQuery, 'cursor' | 'pageSize' | 'sort' | 'order'>

/** Filters that are also facets: a facet is counted with its own filter left out. */
export const FACETS = ['gpu', 'gpuCount', 'memoryGib', 'continent', 'country', 'provider'] as const
export type FacetName = (typeof FACETS)[number]

type Test = (listed: ListedOffer) => boolean

export interface CompiledFilters {
  /** Tests of each facet's own filter; absent where nothing was asked. */
  facets: Partial<Record<FacetName, Test>>
  /** Everything else: free text, price, spot, hidden CPU-only offers. */
  others: Test[]
}

/** Throws `invalid_request` for a GPU count that is no number. */
export function compileFilters(filters: ListingFilters): CompiledFilters {
  const terms = searchTerms(filters.q ?? '')
  const { maxPriceMicrosPerHour, spot } = filters
  const others: Test[] = []
  if (terms.length > 0) others.push(({ search }) => matchesSearch(search, terms))
  if (maxPriceMicrosPerHour !== undefined) {
    others.push(({ offer }) => offer.priceMicrosPerHour <= maxPriceMicrosPerHour)
  }
  if (spot !== undefined) others.push(({ offer }) => offer.spot === spot)
  if (!wantsCpu(filters, terms)) others.push(({ offer }) => !isCpuOnly(offer))
  return { facets: compileFacets(filters), others }
}

export function matches(listed: ListedOffer, { facets, others }: CompiledFilters): boolean {
  for (const test of others) if (!test(listed)) return false
  for (const name of FACETS) if (facets[name]?.(listed) === false) return false
  return true
}

function compileFacets(filters: ListingFilters): CompiledFilters['facets'] {
  const facets: CompiledFilters['facets'] = {}
  if (filters.gpu?.length) {
    const keys = new Set(filters.gpu)
    const models = new Set(filters.gpu.map(plainName))
    facets.gpu = ({ offer, modelName }) => keys.has(offer.gpu.key) || models.has(modelName)
  }
  if (filters.gpuCount?.length) {
    const counts = new Set(filters.gpuCount.map(gpuCountOf))
    facets.gpuCount = ({ offer }) => counts.has(offer.gpuCount)
  }
  const { minMemoryGib } = filters
  if (minMemoryGib !== undefined) facets.memoryGib = ({ offer }) => offer.gpu.memoryGib >= minMemoryGib
  if (filters.continent?.length) {
    const continents = upperCased(filters.continent)
    facets.continent = ({ offer }) => continents.has(offer.region.continent ?? '')
  }
  if (filters.country?.length) {
    const countries = upperCased(filters.country)
    facets.country = ({ offer }) => countries.has(offer.region.country ?? '')
  }
  if (filters.provider?.length) {
    const providers = new Set(filters.provider)
    facets.provider = ({ offer }) => providers.has(offer.provider)
  }
  return facets
}

const upperCased = (values: string[]): Set<string> => new Set(values.map((value) => value.toUpperCase()))

function gpuCountOf(value: string): number {
  if (/^\d{1,4}$/.test(value)) return Number(value)
  throw new DomainError('invalid_request', `"${value}" is not a number of GPUs. Write gpuCount=1,2,8.`, {
    details: { pointer: 'gpuCount' },
  })
}

/** Machines without a GPU are noise on a GPU market: shown when asked for, in whichever way. */
function wantsCpu(filters: ListingFilters, terms: string[]): boolean {
  return (
    filters.includeCpu === true ||
    terms.includes('cpu') ||
    (filters.gpuCount?.some((count) => Number(count) === 0) ?? false) ||
    (filters.gpu?.some((gpu) => plainName(gpu).includes('cpu')) ?? false)
  )
}
