import { LISTING_SORTS, type Gpu, type Offer } from '@berth/contract/offer'
import fc from 'fast-check'
import type { ListingFilters } from '../listing-filters.ts'
import { A100, anOffer, CPU, H100, NOW, RTX_4090 } from './an-offer.ts'

/** Few values for each property, so that offers often share them and filters often meet. */
const GPUS: Gpu[] = [H100, RTX_4090, A100, CPU]
const REGIONS: Offer['region'][] = [
  { code: 'US-KS-2', country: 'US', continent: 'NA' },
  { code: 'CA-MTL-1', country: 'CA', continent: 'NA' },
  { code: 'EU-RO-1', country: 'RO', continent: 'EU' },
  { code: 'anywhere', country: null, continent: null },
]
const ACCOUNTS = ['runpod', 'vast', 'lambda']

const offer = fc
  .record({
    gpu: fc.constantFrom(...GPUS),
    count: fc.constantFrom(1, 2, 8),
    region: fc.constantFrom(...REGIONS),
    account: fc.constantFrom(...ACCOUNTS),
    spot: fc.boolean(),
    priceMicrosPerHour: fc.integer({ min: 1, max: 12 }).map((price) => price * 250_000),
    reliability: fc.option(fc.constantFrom(0.9, 0.95, 0.99)),
    ageSeconds: fc.constantFrom(1, 40, 599, 601, 4000),
  })
  .map(({ count, ageSeconds, ...given }) => ({
    ...given,
    gpuCount: given.gpu.vendor === 'none' ? 0 : count,
    refreshedAt: new Date(NOW.getTime() - ageSeconds * 1000).toISOString(),
  }))

/** Up to 40 offers, with ids that tell nothing about their order. */
export const arbitraryOffers: fc.Arbitrary<Offer[]> = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z0-9]{6}$/), offer), {
    maxLength: 40,
    selector: ([key]) => key,
  })
  .map((drawn) => drawn.map(([key, given]) => anOffer({ ...given, key })))

const someOf = (values: string[]): fc.Arbitrary<string[] | undefined> =>
  fc.option(fc.subarray(values, { minLength: 1 }), { nil: undefined })

export const arbitraryFilters: fc.Arbitrary<ListingFilters> = fc.record({
  q: fc.option(fc.constantFrom('', 'h100', 'h100 80', '4090', 'a100 sxm', 'us', 'cpu', 'nothing at all'), {
    nil: undefined,
  }),
  gpu: someOf(['H100', 'rtx-4090', A100.key, 'cpu']),
  gpuCount: someOf(['0', '1', '2', '8']),
  minMemoryGib: fc.option(fc.constantFrom(0, 24, 48, 80), { nil: undefined }),
  maxPriceMicrosPerHour: fc.option(fc.constantFrom(500_000, 1_500_000, 3_000_000), { nil: undefined }),
  continent: someOf(['NA', 'eu']),
  country: someOf(['US', 'ca', 'RO']),
  provider: someOf(ACCOUNTS),
  spot: fc.option(fc.boolean(), { nil: undefined }),
  includeCpu: fc.option(fc.boolean(), { nil: undefined }),
})

export const arbitraryOrder = fc.record({
  sort: fc.constantFrom(...LISTING_SORTS),
  order: fc.constantFrom('asc' as const, 'desc' as const),
})
