import type { Facets } from '@berth/contract/schemas/catalog'
import { facetLabel } from './facet-label.ts'
import { plainName, type ListedOffer } from './listed-offer.ts'
import { compileFilters, FACETS, type FacetName, type ListingFilters } from './listing-filters.ts'

type FacetValue = Facets['gpu'][number]

/**
 * How many offers each value would show, and from which price per GPU. A facet is counted with all filters but its
 * own, so that choosing "H100" doesn't make every other GPU vanish from the choice. One pass: an offer that fails
 * exactly one facet's filter counts for that facet only.
 */
export function countFacets(offers: readonly ListedOffer[], filters: ListingFilters): Facets {
  const compiled = compileFilters(filters)
  const asked = FACETS.filter((name) => compiled.facets[name])
  const tallies = new Map(FACETS.map((name) => [name, new Map<string, FacetValue>()]))
  let total = 0
  const count = (name: FacetName, listed: ListedOffer): void => {
    const value = FACET_VALUES[name](listed)
    const tally = tallies.get(name)
    if (value !== null && tally) addTo(tally, value, name, listed)
  }
  for (const listed of offers) {
    if (!compiled.others.every((test) => test(listed))) continue
    const failed = asked.filter((name) => compiled.facets[name]?.(listed) === false)
    if (failed.length === 0) total += 1
    if (failed.length === 0) for (const name of FACETS) count(name, listed)
    else if (failed.length === 1 && failed[0]) count(failed[0], listed)
  }
  const sorted = (name: FacetName): FacetValue[] => [...(tallies.get(name)?.values() ?? [])].sort(ORDER[name])
  return {
    gpu: sorted('gpu'),
    gpuCount: sorted('gpuCount'),
    memoryGib: sorted('memoryGib'),
    continent: sorted('continent'),
    country: sorted('country'),
    provider: sorted('provider'),
    total,
  }
}

export const FACET_VALUES: Record<FacetName, (listed: ListedOffer) => string | null> = {
  gpu: ({ offer }) => offer.gpu.key,
  gpuCount: ({ offer }) => String(offer.gpuCount),
  memoryGib: ({ offer }) => (offer.gpuCount === 0 ? null : String(offer.gpu.memoryGib)),
  continent: ({ offer }) => offer.region.continent,
  country: ({ offer }) => offer.region.country,
  provider: ({ offer }) => offer.provider,
}

function addTo(tally: Map<string, FacetValue>, value: string, name: FacetName, listed: ListedOffer): void {
  const price = listed.offer.pricePerGpuMicrosPerHour
  const known = tally.get(value)
  if (!known) {
    tally.set(value, { value, label: facetLabel(name, listed), count: 1, fromMicrosPerGpuHour: price })
    return
  }
  known.count += 1
  known.fromMicrosPerGpuHour = Math.min(known.fromMicrosPerGpuHour, price)
}

const byCount = (a: FacetValue, b: FacetValue): number =>
  b.count - a.count || (plainName(a.label) < plainName(b.label) ? -1 : 1)
const byNumber = (a: FacetValue, b: FacetValue): number => Number(a.value) - Number(b.value)

const ORDER: Record<FacetName, (a: FacetValue, b: FacetValue) => number> = {
  gpu: byCount,
  gpuCount: byNumber,
  memoryGib: byNumber,
  continent: byCount,
  country: byCount,
  provider: byCount,
}
