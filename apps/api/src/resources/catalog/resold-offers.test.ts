import type { Offer } from '@berth/contract/offer'
import { describe, expect, it } from 'vitest'
import { countFacets } from './count-facets.ts'
import { listOffers } from './list-offers.ts'
import { nativeTwins } from './resold-offers.ts'
import { A100, H100, listed, marketOf, NOW } from './testing/an-offer.ts'

const CANADA = { code: 'CANADA-1', country: 'CA', continent: 'NA' } as const
const NATIVE: Partial<Offer> = { account: 'hyperstack', key: 'h100', region: CANADA }
const RESOLD: Partial<Offer> = {
  account: 'shadeform',
  key: 'hyperstack-h100-montreal-canada-2',
  aggregator: true,
  soldFor: 'hyperstack',
  region: { ...CANADA, code: 'montreal-canada-2' },
}

describe('an offer that an aggregator sells for a cloud of ours', () => {
  it('is told by cloud, board, count and country, whatever the region is called and whatever it costs', () => {
    const [native, resold] = [listed(NATIVE), listed({ ...RESOLD, priceMicrosPerHour: 1_000_000 })]
    const twins = nativeTwins([resold, native])
    expect([...twins]).toEqual([[resold, [native]]])
  })

  it.each([
    ['another cloud', { soldFor: 'lambda' }],
    ['a cloud nobody named', { soldFor: null }],
    ['another board', { gpu: A100 }],
    ['another shape of the board', { gpu: { ...H100, key: 'nvidia-h100-80gb-pcie' } }],
    ['another count', { gpuCount: 8 }],
    ['another country', { region: { ...CANADA, country: 'NO' } }],
    ['no country', { region: { ...CANADA, country: null } }],
    ['spot', { spot: true }],
    ['no aggregator', { aggregator: false }],
  ] as const)('is another one with %s', (_what, change) => {
    expect(nativeTwins([listed(NATIVE), listed({ ...RESOLD, ...change })]).size).toBe(0)
  })

  it('is not told without a country on the native side either, and no aggregator is native to another', () => {
    const nowhere = { ...NATIVE, region: { ...CANADA, country: null } }
    const other = { ...RESOLD, account: 'prime', key: 'x' }
    expect(nativeTwins([listed(nowhere), listed(RESOLD), listed(other)]).size).toBe(0)
    const posing = { ...other, account: 'hyperstack' }
    expect(nativeTwins([listed(RESOLD), listed(posing)]).size).toBe(0)
  })
})

describe('the market', () => {
  it('lists and counts it once, by its native offer', () => {
    const market = marketOf([
      RESOLD,
      NATIVE,
      { ...RESOLD, key: 'other', region: { ...CANADA, country: 'NO' } },
    ])
    const page = listOffers(market, QUERY, NOW.getTime())
    expect(page.items.map(({ id }) => id)).toEqual(['hyperstack:h100', 'shadeform:other'])
    expect(page.total).toBe(2)
    const facets = countFacets(market.current(NOW.getTime()), {})
    expect(facets.total).toBe(2)
    expect(facets.provider.map(({ value, count }) => [value, count])).toEqual([
      ['hyperstack', 1],
      ['shadeform', 1],
    ])
  })

  it('shows it as soon as no native offer can be had, and finds it by its id at any time', () => {
    const refreshedAt = new Date(NOW.getTime() - 590_000).toISOString()
    const market = marketOf([RESOLD, { ...NATIVE, refreshedAt }])
    const ids = (nowMs: number) => listOffers(market, QUERY, nowMs).items.map(({ id }) => id)
    expect(ids(NOW.getTime())).toEqual(['hyperstack:h100'])
    expect(market.find('shadeform:hyperstack-h100-montreal-canada-2', NOW.getTime())).not.toBeNull()
    expect(ids(NOW.getTime() + 20_000)).toEqual(['shadeform:hyperstack-h100-montreal-canada-2'])
    expect(market.current(NOW.getTime() + 20_000)).toHaveLength(1)
  })
})

const QUERY = { pageSize: 50, sort: 'price', order: 'asc' } as const
