import { ChargeWindowEntity } from '@berth/entities/charge-window'
import { RentalSegmentEntity } from '@berth/entities/rental-segment'
import { projectPaths } from '@berth/stack/project-paths'
import { stopSignal } from '@berth/workflows/rental/messages'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'
import { startRental } from '../support/orchestrator.ts'
import { createDevServerEnvironment } from '../support/temporal.ts'
import { until } from '../support/until.ts'
import { WORKER_ENVIRONMENT } from '../support/worker-environment.ts'

let temporal: TestWorkflowEnvironment
let market: Marketplace
const workers: ChildProcess[] = []

beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  market = await openMarketplace()
})
afterEach(async () => {
  for (const worker of workers.splice(0)) await kill(worker)
})
afterAll(async () => {
  await market?.close()
  await temporal?.teardown()
})

describe('a worker that is killed in the middle of a hold', () => {
  it('loses no second and charges none twice: the next one goes on where it was', async () => {
    // So little money that the hold is renewed every few seconds.
    const [offer] = await market.offers()
    const person = await market.person(BigInt(Math.ceil(offer!.priceMicrosPerHour / 20)))
    const rentalId = await market.request({ person, offer: offer! })
    const first = await startWorker()
    const handle = await startRental(temporal, rentalId)
    await until(async () => (await market.rental(rentalId)).phase === 'running')
    await until(async () => (await windows()).length >= 1)

    await kill(first)
    const before = (await windows()).length
    await startWorker()
    await until(async () => (await windows()).length > before)
    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await handle.result()

    const segment = await market.dataSource.manager.findOneByOrFail(RentalSegmentEntity, { rentalId })
    const seconds = Math.floor((segment.endedAt!.getTime() - segment.startedAt!.getTime()) / 1000)
    expect(segment.chargedSeconds).toBe(seconds)
    expect(segment.charged).toBe((BigInt(offer!.priceMicrosPerHour) * BigInt(seconds)) / 3600n)
    expect(tiles(await windows())).toBe(true)
    expect(market.runpod.control.meter.rentals()).toMatchObject([{ everAlive: 1, aliveNow: 0 }])
  })
})

describe('a worker that is killed while it watches a pod boot', () => {
  it('leaves a rental that can still be stopped, without a pod and without a charge', async () => {
    const [offer] = await market.offers()
    const person = await market.person(1_000_000_000n)
    const rentalId = await market.request({ person, offer: offer! })
    market.runpod.control.faults.add({ fault: { kind: 'stuck_provisioning' } })
    const first = await startWorker()
    const handle = await startRental(temporal, rentalId)
    await until(async () => (await market.rental(rentalId)).phase === 'verifying')

    await kill(first)
    // Why it matters when: an activity that is being called off is not tried again, it fails as timed out.
    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await startWorker()
    await handle.result()

    expect(await market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user' })
    expect(await market.wallet(person)).toMatchObject({ available: 1_000_000_000n, held: 0n })
    expect(market.runpod.control.meter.aliveNow()).toEqual([])
  })
})

/** Each window begins where the one before ended. */
function tiles(list: { windowStart: Date; windowEnd: Date }[]): boolean {
  return list.every(
    ({ windowStart }, index) => index === 0 || windowStart.getTime() === list[index - 1]!.windowEnd.getTime(),
  )
}

const windows = () => market.dataSource.manager.find(ChargeWindowEntity, { order: { windowStart: 'ASC' } })

/** The product's own worker process, as `npm start` runs it. */
async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(
    process.execPath,
    ['--import', 'tsx', join(projectPaths.root, 'apps/worker/src/main.ts')],
    {
      cwd: projectPaths.root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...WORKER_ENVIRONMENT,
        DATABASE_URL: market.database.applicationUrl,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: temporal.namespace ?? 'default',
        RUNPOD_API_KEY: market.runpod.apiKey,
        RUNPOD_API_BASE: market.runpod.baseUrl,
        WORKER_HEALTH_PORT: '0',
      },
    },
  )
  workers.push(worker)
  let output = ''
  worker.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await until(async () => output.includes('worker ready'), { what: 'the worker to be ready' })
  return worker
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
}
