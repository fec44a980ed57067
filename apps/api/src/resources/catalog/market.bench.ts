import { bench, describe } from 'vitest'
import { countFacets } from './count-facets.ts'
import { listOffers } from './list-offers.ts'
import { marketSnapshot } from './market-snapshot.ts'
import { A100, anAccount, CPU, H100, listed, NOW, RTX_4090 } from './testing/an-offer.ts'

/** What the whole market of some ten providers is like; run with `npx vitest bench --project unit apps/api`. */
const OFFERS = 5_000
const nowMs = NOW.getTime()
const gpus = [H100, RTX_4090, A100, CPU]
const regions = [
  { code: 'US-KS-2', country: 'US', continent: 'NA' },
  { code: 'EU-RO-1', country: 'RO', continent: 'EU' },
  { code: 'AP-JP-1', country: 'JP', continent: 'AS' },
] as const

const offers = Array.from({ length: OFFERS }, (_, index) => {
  const gpu = gpus[index % gpus.length] ?? H100
  const gpuCount = gpu === CPU ? 0 : 2 ** (index % 4)
  return listed({
    key: `offer-${index}`,
    account: `cloud-${index % 10}`,
    gpu,
    gpuCount,
    region: regions[index % regions.length] ?? regions[0],
    priceMicrosPerHour: 300_000 + ((index * 7_919) % 9_000_000),
  })
})
const snapshot = marketSnapshot([anAccount()], offers)
const page = { pageSize: 50, sort: 'price', order: 'asc' } as const
const narrow = {
  q: 'h100 80',
  gpuCount: ['1', '8'],
  continent: ['EU', 'NA'],
  maxPriceMicrosPerHour: 4_000_000,
}

describe(`${OFFERS} offers`, () => {
  bench('first page and facets, no filter', () => {
    listOffers(snapshot, page, nowMs)
    countFacets(snapshot.current(nowMs), {})
  })
  bench('first page and facets, five filters', () => {
    listOffers(snapshot, { ...page, ...narrow }, nowMs)
    countFacets(snapshot.current(nowMs), narrow)
  })
  bench('a new market: sorted for the first query', () => {
    listOffers(marketSnapshot([anAccount()], offers), page, nowMs)
  })
  bench('a slice of 500 offers taken up after a refresh', () => {
    offers.slice(0, 500).map(({ offer }) => listed(offer))
  })
})
