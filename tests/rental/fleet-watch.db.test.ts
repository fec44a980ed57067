import { openAttempt } from '@berth/activities/provisioning/open-attempt'
import { recordRental } from '@berth/activities/provisioning/record-rental'
import { watchFleet, type FleetReport, type PodNews } from '@berth/activities/provisioning/watch-fleet'
import { loadOffer } from '@berth/activities/catalog/load-offer'
import type { OpenAttempt, RentalPatch } from '@berth/activities/provisioning/types'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'

let market: Marketplace
/** What the workflows of the rentals were told, and whether there is one to listen. */
let news: PodNews[]
let heard: (rentalId: string) => boolean

beforeAll(async () => {
  market = await openMarketplace()
})
beforeEach(async () => {
  news = []
  heard = () => true
  market.runpod.control.faults.clear()
  for (const { id } of market.runpod.control.instances.list()) market.runpod.control.instances.kill(id)
  await market.dataSource.query(`UPDATE rentals SET phase = 'ended'`)
  await look()
  await look()
})
afterAll(() => market?.close())

describe('a running pod', () => {
  it('that vanished before it was ever listed is told as gone, last alive when it became usable', async () => {
    const { rentalId, podId } = await running()
    const { readyAt } = await market.rental(rentalId)
    market.runpod.control.instances.kill(podId)
    expect((await look()).suspects).toBe(1)
    expect(news.filter(({ state }) => state === 'gone')).toEqual([])
    await look()
    expect(news.at(-1)).toMatchObject({ rentalId, podId, state: 'gone', lastAliveAt: readyAt!.toISOString() })
  })

  it('that was taken back is told at once, with the last instant it was seen alive', async () => {
    const { rentalId, podId } = await running()
    await look()
    const { lastAliveAt } = news.at(-1)!
    market.runpod.control.instances.interrupt(podId)
    await look()
    expect(news.at(-1)).toMatchObject({ rentalId, podId, state: 'stopped', lastAliveAt })
  })

  it('whose loss nobody heard is told again until its rental runs no more', async () => {
    const { rentalId, podId } = await running()
    await look()
    market.runpod.control.instances.interrupt(podId)
    heard = () => false
    await look()
    heard = () => true
    await look()
    // Why twice: a workflow that heard it may be lost, with its store, before it acted.
    await look()
    expect(news.filter(({ state }) => state === 'stopped')).toHaveLength(3)
    await market.dataSource.query(`UPDATE rentals SET phase = 'stopping' WHERE id = $1`, [rentalId])
    await look()
    expect(news.filter(({ state }) => state === 'stopped')).toHaveLength(3)
  })
})

describe('a pod left over from a create whose answer was lost', () => {
  it.each(['verifying', 'running'] as const)(
    'is destroyed while its rental is %s with another pod, and that other pod is left alone',
    async (phase) => {
      const { attempt, podId } = await running(phase)
      const late = await create(attempt)
      expect(await look()).toMatchObject({ reaped: [], suspects: 1 })
      expect(await look()).toMatchObject({ reaped: [late], suspects: 0 })
      expect(market.runpod.control.instances.list().map(({ id }) => id)).toEqual([podId])
    },
  )

  it('is left alone while its rental is launching: its own workflow looks for it', async () => {
    const { attempt } = await launching()
    await create(attempt)
    await look()
    expect(await look()).toMatchObject({ reaped: [], suspects: 0 })
  })

  it('that can not be destroyed keeps nobody else alive, and the report says so', async () => {
    const stubborn = await create((await ended()).attempt)
    const other = await create((await ended()).attempt)
    await look()
    const path = `/pods/${stubborn}$`
    market.runpod.control.faults.add({
      match: { method: 'DELETE', path },
      times: 20,
      fault: { kind: 'unauthorized' },
    })
    const report = await look()
    expect(report.reaped).toEqual([other])
    expect(report.troubles).toEqual([expect.stringContaining(stubborn)])
    market.runpod.control.faults.clear()
    expect((await look()).reaped).toEqual([stubborn])
  })
})

/** One round of the fleet watch. */
const look = (): Promise<FleetReport> =>
  watchFleet(
    {
      dataSource: market.dataSource,
      provider: market.provider,
      tellRental: async (told) => {
        news.push(told)
        return heard(told.rentalId)
      },
    },
    AbortSignal.timeout(30_000),
  )

/** A rental that has ordered a pod and not heard of it yet. */
async function launching(): Promise<{ rentalId: string; attempt: OpenAttempt }> {
  const person = await market.person(10_000_000n)
  const [offer] = await market.offers()
  const rentalId = await market.request({ person, offer: offer! })
  const opened = await openAttempt(
    {
      dataSource: market.dataSource,
      providers: market.providers,
      loadOffer: (offerId) =>
        loadOffer({ dataSource: market.dataSource, clock: { now: () => new Date() } }, { offerId }),
    },
    { rentalId, attempt: 1, offerId: offer!.id, maxPriceMicrosPerHour: offer!.priceMicrosPerHour },
  )
  if (!opened.ok) throw new Error(opened.words)
  await become(rentalId, { phase: 'launching', attempt: opened.attempt })
  return { rentalId, attempt: opened.attempt }
}

async function running(phase: 'verifying' | 'running' = 'running') {
  const { rentalId, attempt } = await launching()
  const podId = await create(attempt)
  const readyAt = phase === 'running' ? { readyAt: new Date().toISOString() } : {}
  await become(rentalId, { phase, podId, ...readyAt })
  return { rentalId, attempt, podId }
}

async function ended() {
  const rental = await launching()
  await become(rental.rentalId, { phase: 'ended', ended: true })
  return rental
}

const become = (rentalId: string, patch: RentalPatch): Promise<void> =>
  recordRental(market.dataSource, { rentalId, patch, events: [] })

/** Orders a pod with the attempt's marker; answers its id. */
async function create({ marker, offerId }: OpenAttempt): Promise<string> {
  const loaded = await loadOffer(
    { dataSource: market.dataSource, clock: { now: () => new Date() } },
    { offerId },
  )
  const { id } = await market.provider.launch(
    {
      marker,
      offer: loaded!.offer,
      sshPublicKeys: ['ssh-ed25519 AAAA x'],
      image: 'a/b',
      diskGib: 20,
      env: {},
      ports: [],
    },
    AbortSignal.timeout(10_000),
  )
  return id
}
