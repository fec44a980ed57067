import { OfferEntity } from '@berth/entities/offer'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { startRunPodEmulator, type StartedRunPodEmulator } from '@berth/upstreams/runpod/start'
import { CancelledFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Provider } from '../providers/port.ts'
import { createRunPodProvider } from '../providers/runpod/adapter.ts'
import { createCatalogActivities } from './activities.ts'
import type { RefreshAnswer } from './refresh-offers.ts'
import { NOW, secondsAgo } from './testing/an-offer.ts'
import { createCatalogDatabase, putLaunch, type CatalogDatabase } from './testing/catalog-database.ts'

const H100 = 'NVIDIA H100 80GB HBM3'
const RTX_4090 = 'NVIDIA GeForce RTX 4090'

let database: CatalogDatabase
beforeAll(async () => {
  database = await createCatalogDatabase()
})
afterAll(() => database.close())

test('writes what the provider lists with our price, its latency and its terms, and tells the market', async () => {
  await using world = await setup()
  await using announcements = await listen()
  const answer = await world.refresh('runpod')
  expect(answer).toMatchObject({ ok: true, unfit: [] })
  const stored = await world.offers('runpod')
  expect(stored.length).toBeGreaterThan(50)
  expect(answer.ok && answer.offers).toBe(stored.length)
  for (const { offer, offerKey, refreshedAt } of stored) {
    const { priceMicrosPerHour, upstreamMicrosPerHour } = offer.offer
    expect(priceMicrosPerHour).toBe(Math.ceil((upstreamMicrosPerHour * 11) / 10))
    expect(offer.offer).toMatchObject({ id: `runpod:${offerKey}`, account: 'runpod', lastRefusedAt: null })
    expect(refreshedAt).toEqual(NOW)
    expect(offer.launchData).toMatchObject({ gpuId: expect.any(String) })
  }
  expect(await world.account('runpod')).toMatchObject({
    displayName: 'RunPod',
    terms: {
      stopStart: 'keeps_disk_may_lose_gpu',
      teardownSeconds: 30,
      images: 'any',
      ports: 'published',
      environment: 'any',
    },
    status: 'on',
    lastRefreshStartedAt: NOW,
    lastSuccessAt: NOW,
    lastError: null,
    latencyMs: expect.any(Number),
  })
  expect(await announcements.heard()).toEqual([{ account: 'runpod' }])
})

test('what the provider lists no more is gone after the next refresh, of that account only', async () => {
  await using world = await setup(['gone-a', 'gone-b'])
  await Promise.all([world.refresh('gone-a'), world.refresh('gone-b')])
  const before = (await world.offers('gone-a')).filter(({ offer }) => offer.launchData['gpuId'] === H100)
  expect(before.length).toBeGreaterThan(0)
  world.upstream('gone-a').control.inventory.set({ gpuId: H100, free: 0 })
  await world.refresh('gone-a')
  const models = async (account: string): Promise<Set<unknown>> =>
    new Set((await world.offers(account)).map(({ offer }) => offer.launchData['gpuId']))
  expect(await models('gone-a')).not.toContain(H100)
  expect(await models('gone-b')).toContain(H100)
})

test('a provider that answers 500 keeps its last offers, is told in its own words, and costs the others nothing', async () => {
  await using world = await setup(['broken', 'healthy'])
  await world.refresh('broken')
  const before = await world.offers('broken')
  world.later(60)
  const body = { title: 'Internal Server Error', status: 500, detail: 'database is on fire' }
  world.upstream('broken').control.faults.add({ times: 1_000, fault: { kind: 'status', status: 500, body } })
  const [broken, healthy] = await Promise.all([world.refresh('broken'), world.refresh('healthy')])
  expect(broken).toMatchObject({ ok: false, reason: 'failed', words: expect.stringContaining('on fire') })
  expect(healthy).toMatchObject({ ok: true })
  expect(await world.offers('broken')).toEqual(before)
  expect(await world.account('broken')).toMatchObject({
    lastSuccessAt: NOW,
    lastError: expect.stringContaining('on fire'),
    lastErrorAt: secondsAgo(-60),
  })
})

test('a provider that hangs is given up after the time limit', async () => {
  await using world = await setup(['hanging'], { listTimeoutMs: 300 })
  world.upstream('hanging').control.faults.add({ times: 1_000, fault: { kind: 'hang' } })
  expect(await world.refresh('hanging')).toEqual({
    ok: false,
    reason: 'failed',
    kind: 'unavailable',
    words: 'no list of offers within 0.3 s',
    retryAfterMs: null,
  })
  expect(await world.account('hanging')).toMatchObject({ lastSuccessAt: null, lastErrorAt: NOW })
})

test('while one provider hangs the others refresh; a worker that shuts down blames nobody', async () => {
  await using world = await setup(['endless', 'quick'])
  const { faults } = world.upstream('endless').control
  faults.add({ times: 8, fault: { kind: 'hang' } })
  const environment = new MockActivityEnvironment()
  const endless = environment.run(world.activities.refreshOffers, { account: 'endless' })
  await expect.poll(() => faults.list()).toEqual([])
  expect(await world.refresh('quick')).toMatchObject({ ok: true })
  environment.cancel()
  await expect(endless).rejects.toBeInstanceOf(CancelledFailure)
  expect(await world.account('endless')).toMatchObject({ lastSuccessAt: null, lastError: null })
})

test('an offer that is listed twice is sold once, and the operator is told', async () => {
  await using world = await setup(['stuttering'])
  const { baseUrl, apiKey, control } = world.upstream('stuttering')
  const url = `${baseUrl}/catalog/gpus?include=AVAILABILITY&product=POD&count=1&cloud=SECURE`
  const page = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } })
  const { gpus } = (await page.json()) as { gpus: { id: string }[] }
  const [h100] = gpus.filter(({ id }) => id === H100)
  const body = { gpus: [h100, h100] }
  control.faults.add({ times: 8, fault: { kind: 'status', status: 200, body } })
  const answer = await world.refresh('stuttering')
  expect(answer).toMatchObject({
    ok: true,
    unfit: expect.arrayContaining([expect.stringContaining('listed twice')]),
  })
  const stored = await world.offers('stuttering')
  expect(stored.length).toBeGreaterThan(0)
  expect(answer.ok && answer.offers).toBe(stored.length)
})

test('a refused key is an answer that says so', async () => {
  await using world = await setup(['locked'])
  world.upstream('locked').control.faults.add({ times: 1_000, fault: { kind: 'unauthorized' } })
  expect(await world.refresh('locked')).toMatchObject({ ok: false, reason: 'failed', kind: 'auth' })
})

test('an account that is switched off is not even asked', async () => {
  await using world = await setup(['switched'])
  await world.refresh('switched')
  await database.dataSource.getRepository(ProviderAccountEntity).update('switched', { status: 'off' })
  const { requests } = world.upstream('switched').control
  requests.clear()
  expect(await world.refresh('switched')).toEqual({ ok: false, reason: 'off' })
  expect(requests.list()).toEqual([])
  expect(await world.account('switched')).toMatchObject({ status: 'off' })
})

test('a refresh that outlived its time does not overwrite a later one', async () => {
  await using world = await setup(['late'])
  const { faults, inventory } = world.upstream('late').control
  // Why eight: one for each page of the list, so that the later refresh finds none left.
  faults.add({ times: 8, fault: { kind: 'delay', ms: 1_000 } })
  const late = world.refresh('late')
  await expect.poll(() => faults.list()).toEqual([])
  world.later(10)
  inventory.set({ gpuId: RTX_4090, free: 0 })
  expect(await world.refresh('late')).toMatchObject({ ok: true })
  const after = await world.offers('late')
  expect(await late).toEqual({ ok: false, reason: 'superseded' })
  expect(await world.offers('late')).toEqual(after)
})

test('a refusal shows at once, is announced, and outlives the next refresh', async () => {
  await using world = await setup(['refusing'])
  await world.refresh('refusing')
  const key = (await world.offers('refusing'))[0]?.offerKey ?? ''
  const offerId = `refusing:${key}`
  await using announcements = await listen()
  world.later(5)
  await world.activities.recordRefusal({ offerId, reason: 'There are no longer any instances available' })
  expect((await world.activities.loadOffer({ offerId }))?.listed.lastRefusedAt).toBe(
    secondsAgo(-5).toISOString(),
  )
  expect(await announcements.heard()).toEqual([{ account: 'refusing' }])
  world.later(20)
  await world.refresh('refusing')
  expect((await world.activities.loadOffer({ offerId }))?.listed.lastRefusedAt).toBe(
    secondsAgo(-5).toISOString(),
  )
  world.later(25 * 3600)
  await world.refresh('refusing')
  expect((await world.activities.loadOffer({ offerId }))?.listed.lastRefusedAt).toBeNull()
})

test('success rate and boot time come from our own recent launches; what was no fault of the offer is not counted', async () => {
  await using world = await setup(['record'])
  await world.refresh('record')
  const offerKey = (await world.offers('record'))[0]?.offerKey ?? ''
  const offerId = `record:${offerKey}`
  const launches = [
    { outcome: 'ready', bootSeconds: 40 },
    { outcome: 'ready', bootSeconds: 90 },
    { outcome: 'ready', bootSeconds: 50 },
    { outcome: 'no_capacity' },
    { outcome: 'cancelled' },
    { outcome: 'upstream_funds' },
    { outcome: null },
    { outcome: 'failed', startedAt: secondsAgo(8 * 24 * 3600) },
  ] as const
  for (const launch of launches) {
    await putLaunch(database.dataSource, {
      account: 'record',
      offerKey,
      startedAt: secondsAgo(3600),
      ...launch,
    })
  }
  const told = { launchSuccessRate: 0.75, medianBootSeconds: 50 }
  await world.activities.recordLaunchOutcome({ offerId })
  expect((await world.activities.loadOffer({ offerId }))?.listed).toMatchObject(told)
  world.later(30)
  await world.refresh('record')
  expect((await world.activities.loadOffer({ offerId }))?.listed).toMatchObject(told)
})

test('an offer is loaded with what its launch needs, until nothing has confirmed it for ten minutes', async () => {
  await using world = await setup(['loading'])
  await world.refresh('loading')
  const stored = (await world.offers('loading'))[0]
  const offerId = `loading:${stored?.offerKey}`
  const loaded = await world.activities.loadOffer({ offerId })
  expect(loaded).toMatchObject({
    account: 'loading',
    status: 'on',
    offer: { key: stored?.offerKey, launchData: stored?.offer.launchData },
    priceMicrosPerHour: stored?.offer.offer.priceMicrosPerHour,
  })
  world.later(600)
  expect(await world.activities.loadOffer({ offerId })).not.toBeNull()
  world.later(601)
  expect(await world.activities.loadOffer({ offerId })).toBeNull()
  expect(await world.activities.loadOffer({ offerId: 'loading:no-such' })).toBeNull()
})

test('a worker without the adapter says so, and is not asked again in vain', async () => {
  await using world = await setup()
  await expect(world.refresh('nobody')).rejects.toMatchObject({ type: 'unknown_account', nonRetryable: true })
})

async function setup(accounts = ['runpod'], settings: { listTimeoutMs?: number } = {}) {
  const upstreams = new Map<string, StartedRunPodEmulator>()
  const providers = new Map<string, Provider>()
  for (const account of accounts) {
    const emulator = await startRunPodEmulator()
    const { baseUrl, apiKey } = emulator
    const report = (): void => undefined
    upstreams.set(account, emulator)
    providers.set(
      account,
      createRunPodProvider({ apiKey, baseUrl, account, requestsPerMinute: 6_000, report }),
    )
  }
  const { dataSource } = database
  let now = NOW
  const clock = { now: () => now }
  const deps = { dataSource, providers, clock, settings: { marginBasisPoints: 1_000, ...settings } }
  const activities = createCatalogActivities(deps)
  return {
    activities,
    /** Runs the activity as a worker does, with a cancellation signal of its own. */
    refresh: (account: string): Promise<RefreshAnswer> =>
      new MockActivityEnvironment().run(activities.refreshOffers, { account }),
    later: (seconds: number): void => {
      now = secondsAgo(-seconds)
    },
    offers: (account: string) =>
      dataSource.getRepository(OfferEntity).find({ where: { account }, order: { offerKey: 'ASC' } }),
    account: (id: string) => dataSource.getRepository(ProviderAccountEntity).findOneByOrFail({ id }),
    upstream(account: string): StartedRunPodEmulator {
      const emulator = upstreams.get(account)
      if (!emulator) throw new Error(`no emulator for ${account}`)
      return emulator
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...providers.values()].map((provider) => provider.close()))
      await Promise.all([...upstreams.values()].map((emulator) => emulator.close()))
    },
  }
}

/** What is announced from now until it is asked for. */
async function listen() {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const payloads: unknown[] = []
  client.on('notification', ({ payload }) => payloads.push(JSON.parse(payload ?? 'null')))
  await client.query('LISTEN offers')
  return {
    async heard() {
      // Why: an answered query comes after every notification that was committed before it.
      await client.query('SELECT 1')
      return payloads
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
