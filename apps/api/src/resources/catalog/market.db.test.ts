import { listingPageSchema, type ListingQuery } from '@berth/contract/schemas/catalog'
import { createDataSource } from '@berth/entities/data-source'
import { OfferEntity } from '@berth/entities/offer'
import { ProviderAccountEntity, type ProviderAccount } from '@berth/entities/provider-account'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '../../../../../tests/support/copy-template.ts'
import { createTestDatabase } from '../../../../../tests/support/database.ts'
import { createMarket } from './market.ts'
import { anOffer, H100, NOW } from './testing/an-offer.ts'

let database: TestDatabase
let dataSource: DataSource
beforeAll(async () => {
  database = await createTestDatabase()
  dataSource = createDataSource({ url: database.applicationUrl, poolSize: 4, applicationName: 'market-test' })
  await dataSource.initialize()
})
afterAll(async () => {
  await dataSource.destroy()
  await database.drop()
})

test('answers a page that the contract accepts, launch data left out', async () => {
  const { market } = await setup({
    runpod: [{ key: 'a' }, { key: 'b' }],
    vast: [{ key: 'c', account: 'vast' }],
  })
  const page = await market.query(firstPage)
  expect(listingPageSchema.parse(page)).toEqual(page)
  expect(page.items.map(({ id }) => id)).toEqual(['runpod:a', 'runpod:b', 'vast:c'])
  expect(page.providers.map(({ provider, status, offers }) => [provider, status, offers])).toEqual([
    ['runpod', 'ok', 2],
    ['vast', 'ok', 1],
  ])
  expect(JSON.stringify(page)).not.toContain('secret-of-the-adapter')
  expect(JSON.stringify(await market.find('runpod:a'))).not.toContain('secret-of-the-adapter')
})

test('asks the database once for the first queries together, and not again within 30 s', async () => {
  const { market, reads, later } = await setup({ runpod: [{ key: 'a' }] })
  await Promise.all([market.query(firstPage), market.facets({}), market.find('runpod:a')])
  expect(reads()).toBe(1)
  later(29)
  await market.query(firstPage)
  expect(reads()).toBe(1)
  later(30)
  await market.query(firstPage)
  await expect.poll(reads).toBe(2)
})

test('a refusal shows at once, without anybody waiting for it', async () => {
  const { market } = await setup({ runpod: [{ key: 'a' }] })
  expect((await market.find('runpod:a'))?.lastRefusedAt).toBeNull()
  const at = NOW.toISOString()
  await dataSource.query(
    `UPDATE offers SET offer = jsonb_set(offer, '{offer,lastRefusedAt}', to_jsonb($1::text)) WHERE offer_key = 'a'`,
    [at],
  )
  expect((await market.find('runpod:a'))?.lastRefusedAt).toBeNull()
  await market.invalidate('runpod')
  expect((await market.find('runpod:a'))?.lastRefusedAt).toBe(at)
})

test('only the slice that changed is read again', async () => {
  const { market, reads } = await setup({ runpod: [{ key: 'a' }], vast: [{ key: 'c', account: 'vast' }] })
  await market.query(firstPage)
  const before = reads()
  await market.invalidate('vast')
  expect(reads()).toBe(before + 1)
})

test('when the database is away the market is still answered, with its age, until it is ten minutes old', async () => {
  const { market, later, breakReads, errors } = await setup({ runpod: [{ key: 'a' }] })
  await market.query(firstPage)
  breakReads(new Error('connection refused'))
  later(120)
  const page = await market.query(firstPage)
  expect(page.items).toMatchObject([{ id: 'runpod:a', ageSeconds: 125 }])
  expect(page.providers).toMatchObject([
    { status: 'degraded', reason: 'Its offers were last read 125 s ago.' },
  ])
  await expect.poll(() => errors.length).toBeGreaterThan(0)
  later(600)
  expect(await market.query(firstPage)).toMatchObject({ items: [], total: 0 })
  expect(await market.find('runpod:a')).toBeNull()
})

test('a first load that fails is told, and the next query tries again', async () => {
  const { market, breakReads } = await setup({ runpod: [{ key: 'a' }] })
  breakReads(new Error('connection refused'))
  await expect(market.query(firstPage)).rejects.toThrow('connection refused')
  breakReads(null)
  expect((await market.query(firstPage)).total).toBe(1)
})

test('an account that drains or is off sells nothing and says why; the rest goes on', async () => {
  const { market } = await setup(
    {
      runpod: [{ key: 'a' }],
      vast: [{ key: 'c', account: 'vast' }],
      lambda: [{ key: 'd', account: 'lambda' }],
    },
    { vast: { status: 'drain', reason: 'leaving' }, lambda: { status: 'off', reason: 'key revoked' } },
  )
  const page = await market.query(firstPage)
  expect(page.items.map(({ id }) => id)).toEqual(['runpod:a'])
  expect(page.providers.map(({ provider, status, reason }) => [provider, status, reason])).toEqual([
    ['lambda', 'off', 'key revoked'],
    ['runpod', 'ok', null],
    ['vast', 'draining', 'leaving'],
  ])
  expect(await market.find('vast:c')).toBeNull()
  expect(await market.offMarket('vast:c')).toEqual({
    closed: { providerName: 'vast', reason: 'leaving' },
    gpu: H100.key,
  })
  await dataSource.getRepository(ProviderAccountEntity).update('vast', { status: 'on', reason: null })
  await market.invalidate('vast')
  expect((await market.find('vast:c'))?.id).toBe('vast:c')
})

test('of an offer that has gone it is still known which GPU it had; of one that never was, nothing', async () => {
  const { market } = await setup({ runpod: [{ key: 'a' }, { key: 'b' }] })
  await market.query(firstPage)
  await dataSource.query(`DELETE FROM offers WHERE offer_key = 'a'`)
  await market.invalidate('runpod')
  expect(await market.find('runpod:a')).toBeNull()
  expect(await market.offMarket('runpod:a')).toEqual({ closed: null, gpu: H100.key })
  for (const offerId of ['runpod:never', 'nobody:a', 'runpod', ''])
    expect(await market.offMarket(offerId)).toEqual({ closed: null, gpu: undefined })
})

test('a new account joins the market when it is first heard of', async () => {
  const { market, putAccount } = await setup({ runpod: [{ key: 'a' }] })
  expect((await market.query(firstPage)).total).toBe(1)
  await putAccount('vast', [{ key: 'c', account: 'vast' }])
  await market.invalidate('vast')
  expect((await market.query(firstPage)).items.map(({ id }) => id)).toEqual(['runpod:a', 'vast:c'])
  expect((await market.facets({ provider: ['vast'] })).total).toBe(1)
})

const firstPage: ListingQuery = { pageSize: 50, sort: 'price', order: 'asc' }

type Offers = Parameters<typeof anOffer>[0][]

async function setup(
  accounts: Record<string, Offers>,
  changes: Record<string, Partial<ProviderAccount>> = {},
) {
  await dataSource.query('DELETE FROM offers')
  await dataSource.query(`UPDATE provider_accounts SET terms = NULL`)
  const putAccount = async (id: string, offers: Offers): Promise<void> => {
    await dataSource.getRepository(ProviderAccountEntity).save({
      id,
      provider: id,
      displayName: id,
      terms: {
        stopStart: 'none',
        teardownSeconds: 30,
        images: 'any',
        ports: 'published',
        environment: 'any',
      },
      status: 'on',
      reason: null,
      lastSuccessAt: new Date(NOW.getTime() - 5_000),
      lastError: null,
      lastErrorAt: null,
      ...changes[id],
    })
    await dataSource.getRepository(OfferEntity).insert(
      offers.map((given) => {
        const offer = anOffer(given)
        return {
          account: id,
          offerKey: offer.key,
          offer: { offer, launchData: { hidden: 'secret-of-the-adapter' }, upstreamDiskMicrosPerGibHour: 0 },
          refreshedAt: new Date(offer.refreshedAt),
        }
      }),
    )
  }
  for (const [id, offers] of Object.entries(accounts)) await putAccount(id, offers)

  let now = NOW
  let broken: Error | null = null
  let offerReads = 0
  const errors: unknown[] = []
  // Why a proxy: it counts and cuts the reads of a real connection, as a database that went away would.
  const watched = new Proxy(dataSource, {
    get(target, property: keyof DataSource) {
      if (broken && (property === 'query' || property === 'getRepository')) {
        const error = broken
        return () => {
          throw error
        }
      }
      if (property === 'query') offerReads += 1
      const value: unknown = target[property]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const market = createMarket({
    dataSource: watched,
    clock: { now: () => now },
    onError: (error) => errors.push(error),
  })
  return {
    market,
    putAccount,
    errors,
    reads: (): number => offerReads,
    later: (seconds: number): void => {
      now = new Date(NOW.getTime() + seconds * 1000)
    },
    breakReads: (error: Error | null): void => {
      broken = error
    },
  }
}
