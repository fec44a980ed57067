import { priceWithDisk } from '@berth/contract/offer'
import { HostBlockEntity } from '@berth/entities/host-block'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DataSource } from 'typeorm'
import { findCandidates, type CandidateSearch } from './find-candidates.ts'
import { recordRefusal } from './record-refusal.ts'
import { anOffer, NOW, secondsAgo } from './testing/an-offer.ts'
import {
  createCatalogDatabase,
  putLaunch,
  putOffers,
  type CatalogDatabase,
} from './testing/catalog-database.ts'

let database: CatalogDatabase
beforeAll(async () => {
  database = await createCatalogDatabase()
})
afterAll(() => database.close())

test('takes the same GPU and count up to the cap, the cheapest first', async () => {
  const { find } = await setup([
    { key: 'chosen', priceMicrosPerHour: 2_000_000 },
    { key: 'dear', priceMicrosPerHour: 3_000_001 },
    { key: 'at-cap', priceMicrosPerHour: 3_000_000 },
    { key: 'cheap', account: 'vast', priceMicrosPerHour: 1_900_000 },
    { key: 'pair', gpuCount: 2, priceMicrosPerHour: 1_000_000 },
    { key: 'pcie', gpu: { ...anOffer().gpu, key: 'nvidia-h100-80gb-pcie' }, priceMicrosPerHour: 1_000_000 },
  ])
  expect(await find()).toEqual([
    { offerId: 'vast:cheap', account: 'vast', provider: 'vast', priceMicrosPerHour: 1_900_000 },
    { offerId: 'runpod:at-cap', account: 'runpod', provider: 'runpod', priceMicrosPerHour: 3_000_000 },
  ])
  expect(await find({ limit: 1 })).toHaveLength(1)
  expect(await ids(find({ excludeOfferIds: ['vast:cheap'] }))).toEqual(['runpod:at-cap'])
})

test('the cap holds with the disk that was wished, and an offer without room for it is left out', async () => {
  const disk = { includedGib: 50, maxGib: 500 }
  const offers = [
    { key: 'chosen' },
    { key: 'fits', disk, diskMicrosPerGibHour: 151, priceMicrosPerHour: 2_000_000 },
    { key: 'dear-disk', disk, diskMicrosPerGibHour: 30_000, priceMicrosPerHour: 2_000_000 },
    { key: 'small', disk: { includedGib: 50, maxGib: 99 }, priceMicrosPerHour: 1_000_000 },
  ]
  const { find } = await setup(offers)
  const found = await find({ diskGib: 100, excludeOfferIds: ['runpod:chosen'] })
  const priceMicrosPerHour = priceWithDisk(anOffer(offers[1]), 100)
  expect(found).toMatchObject([{ offerId: 'runpod:fits', priceMicrosPerHour }])
})

test('of equal price the same region comes first, then the same continent, then the better launch record', async () => {
  const { find } = await setup([
    { key: 'chosen' },
    { key: 'a-far', region: { code: 'EU-RO-1', country: 'RO', continent: 'EU' } },
    {
      key: 'b-far-proven',
      region: { code: 'EU-SE-1', country: 'SE', continent: 'EU' },
      launchSuccessRate: 0.9,
    },
    { key: 'c-near', region: { code: 'CA-MTL-1', country: 'CA', continent: 'NA' } },
    { key: 'd-here' },
    { key: 'e-nowhere', region: { code: '?', country: null, continent: null } },
  ])
  expect(await ids(find())).toEqual([
    'runpod:d-here',
    'runpod:c-near',
    'runpod:b-far-proven',
    'runpod:a-far',
    'runpod:e-nowhere',
  ])
})

test('what can be interrupted replaces only what could be; a virtual machine replaces no container', async () => {
  const { find } = await setup([
    { key: 'chosen' },
    { key: 'chosen-spot', spot: true },
    { key: 'spot', spot: true },
    { key: 'machine', podKind: 'vm' },
    { key: 'container' },
  ])
  expect(await ids(find())).toEqual(['runpod:container'])
  expect(await ids(find({ offerId: 'runpod:chosen-spot' }))).toEqual([
    'runpod:chosen',
    'runpod:container',
    'runpod:spot',
  ])
})

test('a chosen offer that has vanished is known by its launch attempt; unknown altogether, nothing interruptible is taken', async () => {
  const { find, dataSource } = await setup([{ key: 'spot', spot: true }, { key: 'on-demand' }])
  const { spot, podKind, region } = anOffer({ spot: true })
  const offer = { spot, podKind, region }
  await putLaunch(dataSource, {
    account: 'runpod',
    offerKey: 'was-spot',
    startedAt: secondsAgo(30),
    outcome: null,
    offer,
  })
  expect(await ids(find({ offerId: 'runpod:was-spot' }))).toEqual(['runpod:on-demand', 'runpod:spot'])
  expect(await ids(find({ offerId: 'runpod:never-seen' }))).toEqual(['runpod:on-demand'])
})

test('an offer refused within ten minutes is left alone', async () => {
  const { find, dataSource } = await setup([{ key: 'chosen' }, { key: 'refused' }, { key: 'forgiven' }])
  const refuse = (offerId: string, at: Date): Promise<void> =>
    recordRefusal({ dataSource, clock: { now: () => at } }, { offerId, reason: 'no instances' })
  await refuse('runpod:refused', secondsAgo(599))
  await refuse('runpod:forgiven', secondsAgo(600))
  expect(await ids(find())).toEqual(['runpod:forgiven'])
})

test('nothing stale, nothing on a blocked host, nothing of an account that takes no new pods', async () => {
  const { find, dataSource } = await setup([
    { key: 'chosen' },
    { key: 'stale', refreshedAt: secondsAgo(601).toISOString() },
    { key: 'bad-host', launchData: { hostId: 'machine-7' } },
    { key: 'good-host', launchData: { hostId: 'machine-8' } },
    { key: 'drained', account: 'vast' },
    { key: 'switched-off', account: 'lambda' },
  ])
  const accounts = dataSource.getRepository(ProviderAccountEntity)
  await accounts.update('vast', { status: 'drain' })
  await accounts.update('lambda', { status: 'off' })
  const reason = 'never became ready'
  await dataSource.getRepository(HostBlockEntity).insert([
    { account: 'runpod', hostId: 'machine-7', reason, until: secondsAgo(-60) },
    { account: 'runpod', hostId: 'machine-8', reason, until: secondsAgo(60) },
  ])
  expect(await ids(find())).toEqual(['runpod:good-host'])
})

async function setup(offers: Parameters<typeof putOffers>[1]) {
  const { dataSource } = database
  await dataSource.query('DELETE FROM offers')
  await dataSource.query('DELETE FROM host_blocks')
  await putOffers(dataSource, offers)
  const find = (given: Partial<CandidateSearch> = {}): ReturnType<typeof findCandidates> =>
    findCandidates(
      { dataSource, clock: { now: () => NOW } },
      {
        offerId: 'runpod:chosen',
        gpuKey: anOffer().gpu.key,
        gpuCount: 1,
        maxPriceMicrosPerHour: 3_000_000,
        excludeOfferIds: [],
        limit: 10,
        ...given,
      },
    )
  return { dataSource: dataSource as DataSource, find }
}

const ids = async (candidates: ReturnType<typeof findCandidates>): Promise<string[]> =>
  (await candidates).map(({ offerId }) => offerId)
