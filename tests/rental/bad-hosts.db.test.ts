import { findCandidates } from '@berth/activities/catalog/find-candidates'
import { loadOffer } from '@berth/activities/catalog/load-offer'
import { createVastProvider } from '@berth/activities/providers/vast/adapter'
import { awaitReady } from '@berth/activities/provisioning/await-ready'
import { closeAttempt } from '@berth/activities/provisioning/close-attempt'
import { openAttempt } from '@berth/activities/provisioning/open-attempt'
import type { OpenAttempt, OpenAttemptAnswer, ReadyAnswer } from '@berth/activities/provisioning/types'
import { IMAGE_PRESETS } from '@berth/contract/image-presets'
import type { Offer } from '@berth/contract/offer'
import { startVastEmulator, type StartedVastEmulator } from '@berth/upstreams/vast/start'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'
import type { Person } from '../support/renting.ts'

const clock = { now: () => new Date() }

let vast: StartedVastEmulator
let market: Marketplace
/** Of Vast.ai, where each offer is one machine. */
let offer: Offer

beforeAll(async () => {
  vast = await startVastEmulator()
  const provider = createVastProvider({ apiKey: vast.apiKey, baseUrl: vast.baseUrl, report: () => {} })
  market = await openMarketplace({ alongside: [provider] })
})
beforeEach(async () => {
  await market.dataSource.query('DELETE FROM host_blocks')
  for (const { id } of vast.control.instances.list()) vast.control.instances.kill(String(id))
  offer = (await market.offers()).find(({ account, spot }) => account === 'vast' && !spot)!
})
afterAll(async () => {
  await market?.close()
  await vast?.close()
})

it('a machine that did not boot in time is sold to nobody for a while: not when chosen, not as a replacement', async () => {
  const failed = await bootTooLong(await market.person(0n), IMAGE_PRESETS.pytorch)
  expect(failed).toMatchObject({ ok: false, outcome: 'boot_timeout', hostId: expect.any(String) })
  expect((await attemptOf(await market.person(0n))).answer).toMatchObject({
    ok: false,
    reason: 'host_blocked',
  })
  expect(await replacements()).not.toContain(offer.id)
})

it('a machine that failed with an image of the renter’s own is closed to that renter alone', async () => {
  const person = await market.person(0n)
  await bootTooLong(person, 'somebody/without-ssh:1')
  expect((await attemptOf(person)).answer).toMatchObject({ ok: false, reason: 'host_blocked' })
  expect((await attemptOf(await market.person(0n))).answer.ok).toBe(true)
  expect(await replacements()).toContain(offer.id)
})

it('a provider that hands out a machine which failed lately is refused it before anybody waits for it', async () => {
  const { answer } = await attemptOf(await market.person(0n))
  const podId = await launch(opened(answer))
  const { hostId } = await provider().describe(podId, AbortSignal.timeout(5_000))
  await market.dataSource.query(
    `INSERT INTO host_blocks (account, host_id, reason, until) VALUES ('vast', $1, 'no driver', now() + interval '1 h')`,
    [hostId],
  )
  expect(await watch(opened(answer), podId)).toMatchObject({
    ok: false,
    outcome: 'failed',
    words: expect.stringContaining('no driver'),
  })
})

const provider = () => market.providers.get('vast')!

async function attemptOf(
  person: Person,
  image = 'a/b',
): Promise<{ rentalId: string; answer: OpenAttemptAnswer }> {
  const rentalId = await market.request({ person, offer, image })
  const answer = await openAttempt(
    { ...market, loadOffer: (offerId) => loadOffer({ ...market, clock }, { offerId }) },
    { rentalId, attempt: 1, offerId: offer.id, maxPriceMicrosPerHour: offer.priceMicrosPerHour },
  )
  return { rentalId, answer }
}

function opened(answer: OpenAttemptAnswer): OpenAttempt {
  if (!answer.ok) throw new Error(answer.words)
  return answer.attempt
}

/** A launch on the machine that loads its image for ever, watched with no patience. */
async function bootTooLong(person: Person, image: string): Promise<ReadyAnswer> {
  vast.control.faults.add({ fault: { kind: 'stuck_loading' } })
  const attempt = opened((await attemptOf(person, image)).answer)
  const podId = await launch(attempt)
  const answer = await watch(attempt, podId, 0)
  if (answer.ok) throw new Error('it is usable')
  const { outcome, words, hostId } = answer
  await closeAttempt(market.dataSource, { attemptId: attempt.attemptId, podId, outcome, words, hostId })
  vast.control.instances.kill(podId)
  return answer
}

async function launch({ marker, offerId }: OpenAttempt): Promise<string> {
  const loaded = await loadOffer({ ...market, clock }, { offerId })
  const request = {
    marker,
    image: 'a/b',
    diskGib: 20,
    sshPublicKeys: ['ssh-ed25519 AAAA x'],
    env: {},
    ports: [],
  }
  const { id } = await provider().launch({ ...request, offer: loaded!.offer }, AbortSignal.timeout(10_000))
  return id
}

const watch = ({ attemptId }: OpenAttempt, podId: string, bootBudgetSeconds = 60): Promise<ReadyAnswer> =>
  awaitReady(
    {
      dataSource: market.dataSource,
      provider: { ...provider(), capabilities: { ...provider().capabilities, bootBudgetSeconds } },
      probe: () => Promise.reject(new Error('nobody looks into a pod that is not up')),
      heartbeat: () => undefined,
    },
    attemptId,
    podId,
    AbortSignal.timeout(30_000),
  )

async function replacements(): Promise<string[]> {
  const { id: offerId, gpu, gpuCount } = offer
  const found = await findCandidates(
    { ...market, clock },
    {
      offerId: 'vast:another',
      gpuKey: gpu.key,
      gpuCount,
      maxPriceMicrosPerHour: 100_000_000,
      excludeOfferIds: [],
      limit: 50,
    },
  )
  expect(offerId).toContain('vast:')
  return found.map((candidate) => candidate.offerId)
}
