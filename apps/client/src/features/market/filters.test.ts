import { listingQuery } from '@berth/contract/schemas/catalog'
import { describe, expect, it } from 'vitest'
import {
  activeFilters,
  filtersFromQuery,
  listingQueryOf,
  noFilters,
  queryFromFilters,
  toggled,
  withoutFilter,
  type MarketFilters,
} from './filters.ts'

const some: MarketFilters = {
  q: 'romania',
  gpu: ['nvidia-h100-80gb-sxm', 'nvidia-a100-80gb-sxm'],
  gpuCount: ['8'],
  continent: ['EU'],
  country: ['FI', 'NO'],
  provider: ['runpod'],
  minMemoryGib: 80,
  maxPriceMicrosPerHour: 2_500_000,
  spot: false,
  includeCpu: true,
  sort: 'memory',
}

describe('the filters in the address', () => {
  it('survive the way there and back', () => {
    expect(filtersFromQuery(queryFromFilters(some) as Record<string, string>)).toEqual(some)
    expect(queryFromFilters(noFilters)).toEqual({})
  })

  it('leave out what makes no sense instead of breaking', () => {
    expect(
      filtersFromQuery({ sort: 'colour', spot: 'maybe', minMemoryGib: 'lots', maxPrice: '-2', gpu: ',,' }),
    ).toEqual(noFilters)
  })

  it('are what the API understands, best end first', () => {
    const query = listingQueryOf(some)
    const wire = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]))
    expect(listingQuery.parse(wire)).toMatchObject({
      gpu: some.gpu,
      spot: false,
      minMemoryGib: 80,
      maxPriceMicrosPerHour: 2_500_000,
      sort: 'memory',
      order: 'desc',
    })
    expect(listingQueryOf(noFilters)).toEqual({ sort: 'price', order: 'asc' })
  })

  it('can be taken away one by one until none is left', () => {
    let rest = some
    for (const filter of activeFilters(some)) rest = withoutFilter(rest, filter)
    expect(rest).toEqual({ ...noFilters, includeCpu: true, sort: 'memory' })
  })

  it('toggle a value in and out of its list', () => {
    const once = toggled(noFilters, 'gpu', 'x')
    expect(once.gpu).toEqual(['x'])
    expect(toggled(once, 'gpu', 'x')).toEqual(noFilters)
  })
})
