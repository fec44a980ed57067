import type { Offer } from '@berth/contract/offer'
import type { ListingQuery } from '@berth/contract/schemas/catalog'
import { offerSchema } from '@berth/contract/schemas/catalog'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listOffers } from './list-offers.ts'
import type { MarketSnapshot } from './market-snapshot.ts'
import { CPU, H100, marketOf, NOW, RTX_4090 } from './testing/an-offer.ts'
import { arbitraryFilters, arbitraryOffers, arbitraryOrder } from './testing/arbitrary-market.ts'

test('pages tile the result: nothing twice, nothing left out, whatever is filtered and sorted', () => {
  fc.assert(
    fc.property(
      arbitraryOffers,
      arbitraryFilters,
      arbitraryOrder,
      fc.integer({ min: 1, max: 9 }),
      (offers, filters, order, pageSize) => {
        const market = marketOf(offers)
        const whole = list(market, { ...filters, ...order, pageSize: 200 })
        const pages = allPages(market, { ...filters, ...order, pageSize })
        expect(pages.flatMap(ids)).toEqual(ids(whole))
        expect(whole.total).toBe(whole.items.length)
        for (const page of pages) expect(page.total).toBe(whole.total)
        for (const page of pages.slice(0, -1)) expect(page.items).toHaveLength(pageSize)
      },
    ),
  )
})

test('a page after a refresh goes on where the last one ended, for every offer that stayed the same', () => {
  fc.assert(
    fc.property(
      arbitraryOffers,
      arbitraryOffers,
      fc.integer({ min: 1, max: 9 }),
      fc.nat({ max: 40 }),
      (before, added, pageSize, kept) => {
        const query = { pageSize, includeCpu: true, sort: 'price_per_gpu' } as const
        const first = list(marketOf(before), query)
        fc.pre(first.nextCursor !== null)
        const staying = before.filter((_, index) => index !== kept)
        const known = new Set(before.map(({ id }) => id))
        const after = marketOf([...added.filter(({ id }) => !known.has(id)), ...staying])
        const rest = allPages(after, { ...query, cursor: first.nextCursor }).flatMap(ids)
        const expected = ids(list(marketOf(staying), { ...query, pageSize: 200 }))
        const seen = [...ids(first), ...rest]
        expect(seen.filter((id) => expected.includes(id))).toEqual(expected)
        expect(new Set(seen).size).toBe(seen.length)
      },
    ),
  )
})

test('the order asked for holds over all pages, unknown values last in both directions', () => {
  const market = marketOf([
    { key: 'a', reliability: 0.9 },
    { key: 'b', reliability: null },
    { key: 'c', reliability: 0.99 },
  ])
  expect(ids(list(market, { sort: 'reliability', order: 'asc' }))).toEqual([
    'runpod:a',
    'runpod:c',
    'runpod:b',
  ])
  expect(ids(list(market, { sort: 'reliability', order: 'desc' }))).toEqual([
    'runpod:c',
    'runpod:a',
    'runpod:b',
  ])
})

test.each([
  ['price', ['small', 'big', 'cheap-8x']],
  ['price_per_gpu', ['cheap-8x', 'small', 'big']],
  ['memory', ['small', 'cheap-8x', 'big']],
  ['gpu', ['cheap-8x', 'big', 'small']],
  ['freshness', ['big', 'small', 'cheap-8x']],
] as const)('sorts by %s', (sort, order) => {
  const market = marketOf([
    { key: 'small', gpu: RTX_4090, priceMicrosPerHour: 400_000, refreshedAt: secondsAgo(20) },
    { key: 'big', priceMicrosPerHour: 2_700_000, refreshedAt: secondsAgo(10) },
    {
      key: 'cheap-8x',
      gpu: { ...H100, model: 'A100', memoryGib: 40 },
      gpuCount: 8,
      priceMicrosPerHour: 3_000_000,
      refreshedAt: secondsAgo(30),
    },
  ])
  expect(ids(list(market, { sort }))).toEqual(order.map((key) => `runpod:${key}`))
})

test('numbers in GPU names sort as numbers', () => {
  const models = ['A100', 'A40', 'RTX 5090', 'RTX 4090', 'L4', 'L40']
  const market = marketOf(models.map((model) => ({ key: model, gpu: { ...H100, model } })))
  expect(ids(list(market, { sort: 'gpu' }))).toEqual(
    ['A40', 'A100', 'L4', 'L40', 'RTX 4090', 'RTX 5090'].map((model) => `runpod:${model}`),
  )
})

test('an offer tells its age and its terms, and nothing of how it is launched', () => {
  const [offer] = list(marketOf([{ refreshedAt: secondsAgo(42) }]), {}).items
  expect(offer).toMatchObject({ ageSeconds: 42, providerName: 'RunPod', terms: { teardownSeconds: 60 } })
  expect(offer).not.toHaveProperty('key')
  expect(offer).not.toHaveProperty('account')
  expect(offerSchema.strict().parse(offer)).toEqual(offer)
})

test('an offer that nothing has confirmed for ten minutes is not sold', () => {
  const market = marketOf([
    { key: 'fresh', refreshedAt: secondsAgo(600) },
    { key: 'stale', refreshedAt: secondsAgo(601) },
  ])
  expect(ids(list(market, {}))).toEqual(['runpod:fresh'])
  expect(market.find('runpod:stale', NOW.getTime())).toBeNull()
  expect(market.find('runpod:fresh', NOW.getTime())?.offer.key).toBe('fresh')
})

test.each([
  [{}, false],
  [{ includeCpu: true }, true],
  [{ includeCpu: false }, false],
  [{ q: 'cpu' }, true],
  [{ gpu: ['cpu'] }, true],
  [{ gpuCount: ['0', '1'] }, true],
])('machines without a GPU are shown only when asked for: %j', (filters, shown) => {
  const market = marketOf([{ key: 'gpu' }, { key: 'cpu', gpu: CPU, gpuCount: 0 }])
  expect(ids(list(market, filters)).includes('runpod:cpu')).toBe(shown)
})

test.each([
  [{ gpu: ['h100'] }, ['h100']],
  [{ gpu: ['RTX-4090', H100.key] }, ['h100', '4090']],
  [{ gpuCount: ['8'] }, ['4090']],
  [{ minMemoryGib: 80 }, ['h100']],
  [{ maxPriceMicrosPerHour: 3_000_000 }, ['h100']],
  [{ continent: ['eu'] }, ['4090']],
  [{ country: ['us', 'CA'] }, ['h100']],
  [{ provider: ['vast'] }, ['4090']],
  [{ spot: true }, ['4090']],
  [{ spot: false }, ['h100']],
])('filters by %j', (filters, keys) => {
  const market = marketOf([
    { key: 'h100' },
    {
      key: '4090',
      account: 'vast',
      gpu: RTX_4090,
      gpuCount: 8,
      priceMicrosPerHour: 3_200_000,
      region: { code: 'EU-RO-1', country: 'RO', continent: 'EU' },
      spot: true,
    },
  ])
  expect(ids(list(market, filters)).map((id) => id.split(':')[1])).toEqual(keys)
})

test.each([
  [{ cursor: 'what' }, 'not one of ours'],
  [{ cursor: Buffer.from('["price","asc",1]').toString('base64url') }, 'not one of ours'],
  [{ cursor: Buffer.from('["price","asc",{},1,"x"]').toString('base64url') }, 'not one of ours'],
  [{ gpuCount: ['many'] }, 'not a number of GPUs'],
])('refuses %j with what to do about it', (query, words) => {
  const failing = (): unknown => list(marketOf([{}]), query)
  expect(failing).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(words) }),
  )
})

test('refuses a cursor of another ordering', () => {
  const market = marketOf([{ key: 'a' }, { key: 'b' }])
  const { nextCursor } = list(market, { pageSize: 1 })
  expect(nextCursor).not.toBeNull()
  expect(() => list(market, { cursor: nextCursor ?? '', sort: 'memory' })).toThrow('another ordering')
})

const secondsAgo = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString()
const ids = (page: { items: { id: Offer['id'] }[] }): string[] => page.items.map(({ id }) => id)

function list(market: MarketSnapshot, query: Partial<ListingQuery>): ReturnType<typeof listOffers> {
  return listOffers(market, { pageSize: 50, sort: 'price', order: 'asc', ...query }, NOW.getTime())
}

function allPages(market: MarketSnapshot, query: Partial<ListingQuery>): ReturnType<typeof listOffers>[] {
  const pages = [list(market, query)]
  for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor) {
    pages.push(list(market, { ...query, cursor }))
  }
  return pages
}
