import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import { stopSignal, viewQuery } from '@berth/workflows/rental/messages'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordHistory } from '../support/histories.ts'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'
import { startOrchestrator, type Orchestrator } from '../support/orchestrator.ts'
import { createDevServerEnvironment } from '../support/temporal.ts'
import { until } from '../support/until.ts'

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

describe('a rental', () => {
  it('is launched, metered, stopped, destroyed and settled to the second', async () => {
    const person = await market.person(20_000_000n)
    const [offer] = await market.offers()
    const rentalId = await market.request({ person, offer: offer! })
    const handle = await orchestrator.start(rentalId)
    await until(async () => (await market.rental(rentalId)).phase === 'running')
    const running = await market.rental(rentalId)
    expect(running.sshPort).toBeGreaterThan(0)
    expect(await handle.query(viewQuery)).toMatchObject({
      phase: 'running',
      health: 'ok',
      podId: running.podId,
    })
    await until(async () => Date.now() > running.readyAt!.getTime() + 2_500)

    const requestedAt = new Date().toISOString()
    await handle.signal(stopSignal, { requestedAt, by: 'user' })
    await handle.result()
    await recordHistory('stopped-by-its-renter', handle)

    const ended = await market.rental(rentalId)
    expect(ended).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user' })
    const events = await market.events(rentalId)
    expect(events.map(({ kind }) => kind)).toEqual([
      'reserved',
      'attempt_started',
      'pod_created',
      'running',
      'stopping',
      'absence_proved',
      'ended',
    ])
    const seconds = Math.floor((Date.parse(requestedAt) - running.readyAt!.getTime()) / 1000)
    const charged = (BigInt(offer!.priceMicrosPerHour) * BigInt(seconds)) / 3600n
    expect(events.at(-1)!.data).toMatchObject({ billedSeconds: seconds, chargedMicros: Number(charged) })
    const wallet = await market.wallet(person)
    expect([wallet.available, wallet.held]).toEqual([20_000_000n - charged, 0n])
    expect(market.runpod.control.instances.list()).toEqual([])
    const [outcome] = await market.dataSource.manager.find(LaunchOutcomeEntity)
    expect(outcome).toMatchObject({ outcome: 'ready', podId: running.podId })
  })
})
