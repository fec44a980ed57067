import type { Facets } from '@berth/contract/schemas/catalog'
import { facetsSchema } from '@berth/contract/schemas/catalog'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countFacets, FACET_VALUES } from './count-facets.ts'
import { compileFilters, FACETS, matches, type FacetName, type ListingFilters } from './listing-filters.ts'
import type { ListedOffer } from './listed-offer.ts'
import { CPU, listed, RTX_4090 } from './testing/an-offer.ts'
import { arbitraryFilters, arbitraryOffers } from './testing/arbitrary-market.ts'

test('counts and lowest prices are what filtering offer by offer without the own filter gives', () => {
  fc.assert(
    fc.property(arbitraryOffers, arbitraryFilters, (offers, filters) => {
      const market = offers.map(listed)
      const facets = countFacets(market, filters)
      for (const name of FACETS) expect(asTable(facets[name])).toEqual(bruteForce(market, filters, name))
      expect(facets.total).toBe(market.filter((offer) => matches(offer, compileFilters(filters))).length)
      expect(facetsSchema.parse(facets)).toEqual(facets)
    }),
  )
})

test('what is chosen in a facet does not take the other choices away', () => {
  const market = [
    listed({ key: 'a' }),
    listed({ key: 'b', gpu: RTX_4090 }),
    listed({ key: 'c', gpu: RTX_4090, account: 'vast' }),
  ]
  const { gpu, provider, total } = countFacets(market, { gpu: ['RTX 4090'] })
  expect(gpu.map(({ label, count }) => [label, count])).toEqual([
    ['RTX 4090 PCIe 24 GB', 2],
    ['H100 SXM 80 GB', 1],
  ])
  expect(provider.map(({ value, count }) => [value, count])).toEqual([
    ['runpod', 1],
    ['vast', 1],
  ])
  expect(total).toBe(2)
})

test('each value tells the lowest price per GPU', () => {
  const market = [
    listed({ key: 'single', priceMicrosPerHour: 2_700_000 }),
    listed({ key: 'eight', priceMicrosPerHour: 20_000_000, gpuCount: 8 }),
  ]
  const { gpu, gpuCount } = countFacets(market, {})
  expect(gpu).toEqual([
    { value: 'nvidia-h100-80gb-sxm', label: 'H100 SXM 80 GB', count: 2, fromMicrosPerGpuHour: 2_500_000 },
  ])
  expect(gpuCount.map(({ label, fromMicrosPerGpuHour }) => [label, fromMicrosPerGpuHour])).toEqual([
    ['1 GPU', 2_700_000],
    ['8 GPUs', 2_500_000],
  ])
})

test('labels are words, and what a provider does not tell is no choice', () => {
  const market = [
    listed({ key: 'a' }),
    listed({ key: 'b', region: { code: 'XK-1', country: 'Kosovo', continent: 'EU' } }),
    listed({ key: 'c', region: { code: '?', country: null, continent: null } }),
    listed({ key: 'd', gpu: CPU, gpuCount: 0 }),
  ]
  const { continent, country, memoryGib, gpuCount, gpu } = countFacets(market, { includeCpu: true })
  expect(continent.map(({ label }) => label)).toEqual(['North America', 'Europe'])
  expect(country.map(({ label }) => label)).toEqual(['United States', 'Kosovo'])
  expect(memoryGib.map(({ label }) => label)).toEqual(['80 GB'])
  expect(gpuCount.map(({ label }) => label)).toEqual(['CPU only', '1 GPU'])
  expect(gpu.map(({ label }) => label)).toEqual(['H100 SXM 80 GB', 'CPU only'])
})

type Table = Record<string, { count: number; from: number }>

function bruteForce(market: ListedOffer[], filters: ListingFilters, name: FacetName): Table {
  const compiled = compileFilters(filters)
  delete compiled.facets[name]
  const table: Table = {}
  for (const offer of market.filter((each) => matches(each, compiled))) {
    const value = FACET_VALUES[name](offer)
    if (value === null) continue
    const row = (table[value] ??= { count: 0, from: Number.POSITIVE_INFINITY })
    row.count += 1
    row.from = Math.min(row.from, offer.offer.pricePerGpuMicrosPerHour)
  }
  return table
}

const asTable = (values: Facets['gpu']): Table =>
  Object.fromEntries(values.map(({ value, count, fromMicrosPerGpuHour: from }) => [value, { count, from }]))
