import { loadOffer } from '@berth/activities/catalog/load-offer'
import { markerOf } from '@berth/activities/providers/marker'
import { retryNowSignal, stopSignal } from '@berth/workflows/rental/messages'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'
import { startOrchestrator, type Orchestrator, type RentalHandle } from '../support/orchestrator.ts'
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

it('a rental wedged on purpose shows as stuck in Temporal Web with its reason, and goes on after the operator’s signal', async () => {
  const rentalId = await wedged()
  const handle = await orchestrator.start(rentalId)
  await until(async () => (await found('RentalHealth = "stuck"')).includes(rentalId))

  const details = await currentDetails(handle)
  expect(details).toContain('**launching** · stuck')
  expect(details).toContain('Waits for: an operator to look at pods created twice (since 2')
  expect(details).toContain(`Last error: 2 pods carry the marker ${markerOf(rentalId, 1)}; one was ordered.`)
  expect(details).toContain('`retryNow`')
  expect(await market.rental(rentalId)).toMatchObject({ phase: 'launching', health: 'stuck' })
  // What costs us money meanwhile is left for the operator to see.
  expect(market.runpod.control.instances.list()).toHaveLength(2)

  await handle.signal(retryNowSignal)
  await until(async () => (await market.rental(rentalId)).phase === 'running')
  await until(async () => (await found('RentalHealth = "ok" AND RentalPhase = "running"')).includes(rentalId))
  expect(await found('RentalHealth = "stuck"')).toEqual([])
  expect(await currentDetails(handle)).toMatch(/Tried 1\. runpod:\S+: failed \(2 pods carry the marker/)
  expect(market.runpod.control.instances.list()).toHaveLength(1)
  await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
  await handle.result()
})

/** A rental for whose first attempt a pod exists already when its own create, whose answer is lost, makes another. */
async function wedged(): Promise<string> {
  const person = await market.person(100_000_000n)
  const [offer] = await market.offers()
  const rentalId = await market.request({ person, offer: offer! })
  const loaded = await loadOffer({ ...market, clock: { now: () => new Date() } }, { offerId: offer!.id })
  const request = { image: 'a/b', diskGib: 20, sshPublicKeys: ['ssh-ed25519 AAAA x'], env: {}, ports: [] }
  await market.provider.launch(
    { ...request, marker: markerOf(rentalId, 1), offer: loaded!.offer },
    AbortSignal.timeout(10_000),
  )
  market.runpod.control.faults.add({
    match: { method: 'POST', path: '/pods$' },
    fault: { kind: 'cut_after_effect' },
  })
  return rentalId
}

/** Rentals that an operator's list query finds, as docs/operations.md has them. */
async function found(condition: string): Promise<string[]> {
  const ids: string[] = []
  const query = `WorkflowType = "rental" AND ${condition}`
  for await (const { workflowId } of temporal.client.workflow.list({ query })) {
    ids.push(workflowId.replace('rental/', ''))
  }
  return ids
}

/** What the "User Metadata" tab shows. */
async function currentDetails(handle: RentalHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')
  return metadata.currentDetails ?? ''
}
