import { launchPod } from '@berth/activities/provisioning/launch-pod'
import { openAttempt } from '@berth/activities/provisioning/open-attempt'
import type { Provider } from '@berth/activities/providers/port'
import { ProviderError } from '@berth/activities/providers/provider-error'
import { loadOffer } from '@berth/activities/catalog/load-offer'
import { PodEnvironmentEntity } from '@berth/entities/pod-environment'
import { stopSignal } from '@berth/workflows/rental/messages'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'
import { startOrchestrator, type Orchestrator } from '../support/orchestrator.ts'
import { SEALING_KEYS } from '../support/renting.ts'
import { createDevServerEnvironment } from '../support/temporal.ts'
import { until } from '../support/until.ts'

const SECRET = 'hf_a-token-nobody-may-read'

let temporal: TestWorkflowEnvironment
let market: Marketplace
let orchestrator: Orchestrator

beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  market = await openMarketplace()
  orchestrator = await startOrchestrator({ temporal, market })
})
afterAll(async () => {
  await orchestrator?.stop()
  await market?.close()
  await temporal?.teardown()
})

describe('what a renter hands to a pod', () => {
  it('reaches it, is erased once it runs, and is in no payload', async () => {
    const { rentalId, person } = await request()
    const handle = await orchestrator.start(rentalId)
    await until(async () => (await market.rental(rentalId)).phase === 'running')
    const { podId, publishedPorts } = await market.rental(rentalId)
    const pod = market.runpod.control.instances.list().find(({ id }) => id === podId)
    expect(pod).toMatchObject({ env: { HF_TOKEN: SECRET }, ports: ['22/tcp', '8888/tcp'] })
    expect(publishedPorts.map(({ privatePort }) => privatePort)).toEqual([22, 8888])
    expect(await market.dataSource.manager.existsBy(PodEnvironmentEntity, { rentalId })).toBe(false)

    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await handle.result()
    const payloads = payloadsOf(await handle.fetchHistory())
    expect(payloads).toContain(rentalId)
    expect(payloads).not.toContain(SECRET)
    const notices = await market.dataSource.query('SELECT data FROM notices WHERE user_id = $1', [
      person.userId,
    ])
    expect(JSON.stringify([notices, await market.events(rentalId)])).not.toContain(SECRET)
  })

  it('is blotted out of what a provider says, should it repeat what it was sent', async () => {
    const { rentalId, offerId, price } = await request()
    const clock = { now: () => new Date() }
    const opened = await openAttempt(
      { ...market, loadOffer: (id) => loadOffer({ ...market, clock }, { offerId: id }) },
      { rentalId, attempt: 1, offerId, maxPriceMicrosPerHour: price },
    )
    if (!opened.ok) throw new Error(opened.words)
    const talkative: Provider = {
      ...market.provider,
      launch: ({ env }) => {
        const words = `no such setting: ${JSON.stringify(env)}`
        return Promise.reject(new ProviderError({ provider: 'runpod', kind: 'invalid_request', words }))
      },
    }
    const deps = {
      ...market,
      providers: new Map([['runpod', talkative]]),
      verificationPublicKey: null,
      secretsKeys: SEALING_KEYS,
    }
    const answer = await launchPod(deps, opened.attempt.attemptId, AbortSignal.timeout(10_000))
    expect(answer).toMatchObject({ ok: false, words: 'no such setting: {"HF_TOKEN":"[redacted]"}' })
  })
})

/** Every payload of a history as text. */
function payloadsOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(payloadsOf).join('\n')
}

async function request() {
  const person = await market.person(20_000_000n)
  const offer = (await market.offers())[0]!
  const rentalId = await market.request({ person, offer, env: { HF_TOKEN: SECRET }, ports: [8888] })
  return { rentalId, person, offerId: offer.id, price: offer.priceMicrosPerHour }
}
