import type { Offer } from '@berth/contract/offer'
import { withClient } from '@berth/stack/postgres/provision-database'
import { stopSignal, walletFundedSignal } from '@berth/workflows/rental/messages'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { expectExactCharge, windowsOf } from '../support/charges.ts'
import { openMarketplace, type Marketplace } from '../support/marketplace.ts'
import { startRental, type RentalHandle } from '../support/orchestrator.ts'
import { createDevServerEnvironment } from '../support/temporal.ts'
import { until } from '../support/until.ts'
import { killWorker, startWorkerProcess, type WorkerProcessOptions } from '../support/worker-process.ts'

let temporal: TestWorkflowEnvironment
let market: Marketplace
let offer: Offer
const workers: ChildProcess[] = []

beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  market = await openMarketplace()
  // Why before any worker: a refresh of its own may be under way later, and then this one writes nothing.
  offer = (await market.offers())[0]!
})
afterEach(async () => {
  market.runpod.control.faults.clear()
  for (const worker of workers.splice(0)) await killWorker(worker)
})
afterAll(async () => {
  await market?.close()
  await temporal?.teardown()
})

/** Processes start one after the other here, and Temporal gives a dead worker's task back after ten seconds. */
const SLOW_MS = 240_000

describe('a worker that is killed', () => {
  it.each([
    {
      moment: 'before the debit is committed',
      // The statement that waited dies with the connection: nothing was written.
      crash: async (worker: ChildProcess, { backend, lock }: Blocked) => {
        await killWorker(worker)
        await terminate(backend)
        await lock.query('ROLLBACK')
      },
    },
    {
      moment: 'while the debit is being committed',
      // PostgreSQL carries the statement out although nobody is there any more to hear of it.
      crash: async (worker: ChildProcess, { lock }: Blocked) => {
        await killWorker(worker)
        await lock.query('ROLLBACK')
      },
    },
    {
      moment: 'after the debit was committed and before the workflow heard of it',
      crash: async (worker: ChildProcess, { lock, before, rentalId }: Blocked) => {
        worker.kill('SIGSTOP')
        await lock.query('ROLLBACK')
        await until(async () => (await windowsOf(market.dataSource, rentalId)).length > before)
        await killWorker(worker)
      },
    },
  ])('$moment loses no second and charges none twice', { timeout: SLOW_MS }, async ({ crash }) => {
    const first = await startWorker()
    const rental = await running()
    const { rentalId, handle, walletId } = rental
    await withClient(market.database.ownerUrl, async (lock) => {
      await lock.query('BEGIN')
      await lock.query('SELECT FROM wallets WHERE id = $1 FOR UPDATE', [walletId])
      const before = (await windowsOf(market.dataSource, rentalId)).length
      await handle.signal(walletFundedSignal)
      const backend = await blockedRenewal()
      // A settlement charges whole seconds: one must be due when the lock is let go.
      await delay(1_500)
      await crash(first, { backend, before, lock, rentalId })
    })
    await startWorker()
    await goesOn(rental)
    await stop(handle)
    await expectExactCharge(market.dataSource, rentalId)
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('while it watches a pod boot leaves a rental that can still be stopped, without a pod and without a charge', async () => {
    market.runpod.control.faults.add({ fault: { kind: 'stuck_provisioning' } })
    const first = await startWorker()
    const { rentalId, handle, person } = await started(1_000_000_000n)
    await until(async () => (await market.rental(rentalId)).phase === 'verifying')

    await killWorker(first)
    // Why it matters when: an activity that is being called off is not tried again, it fails as timed out.
    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await startWorker()
    await handle.result()

    expect(await market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user' })
    expect(await market.wallet(person)).toMatchObject({ available: 1_000_000_000n, held: 0n })
    expect(market.runpod.control.meter.aliveNow()).toEqual([])
  })

  it('between a create and the record of its pod leaves one pod, which the next worker finds and adopts', async () => {
    market.runpod.control.faults.add({
      match: { method: 'POST', path: '/pods$' },
      fault: { kind: 'hang_after_effect' },
    })
    const first = await startWorker()
    const { rentalId, handle } = await started(1_000_000_000n)
    await until(async () => market.runpod.control.meter.aliveNow().length === 1)
    expect(await market.rental(rentalId)).toMatchObject({ podId: null })

    await killWorker(first)
    await startWorker()
    await until(async () => (await market.rental(rentalId)).phase === 'running')
    expect((await market.events(rentalId)).map(({ kind }) => kind)).toContain('pod_adopted')
    await stop(handle)
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })
})

describe('a worker whose clock is wrong', () => {
  it('by ten minutes, ahead and then behind, changes no charge and cuts no boot short', async () => {
    const ahead = await startWorker({ clockOffMinutes: 10 })
    const rental = await running()
    const { rentalId, handle } = rental
    await killWorker(ahead)
    await startWorker({ clockOffMinutes: -10 })
    await goesOn(rental)
    await stop(handle)
    await expectExactCharge(market.dataSource, rentalId)
    const kinds = (await market.events(rentalId)).map(({ kind }) => kind)
    expect(kinds).not.toContain('attempt_failed')
  })
})

interface Blocked {
  /** The PostgreSQL process of the renewal that waits for the lock. */
  backend: number
  /** Windows charged before. */
  before: number
  /** The transaction that holds the wallet. */
  lock: pg.Client
  rentalId: string
}

async function startWorker(options: Partial<WorkerProcessOptions> = {}): Promise<ChildProcess> {
  const worker = await startWorkerProcess({ market, temporal, ...options })
  workers.push(worker)
  return worker
}

async function started(balance: bigint) {
  const person = await market.person(balance)
  const rentalId = await market.request({ person, offer })
  const handle = await startRental(temporal, rentalId)
  return { rentalId, handle, person, walletId: person.walletId }
}

async function running() {
  const rental = await started(1_000_000_000n)
  await until(async () => (await market.rental(rental.rentalId)).phase === 'running')
  await goesOn(rental)
  return rental
}

/** Its workflow is asked to settle now instead of in five minutes, and does. */
async function goesOn({ rentalId, handle }: { rentalId: string; handle: RentalHandle }): Promise<void> {
  const before = (await windowsOf(market.dataSource, rentalId)).length
  await until(async () => {
    await handle.signal(walletFundedSignal)
    await delay(500)
    return (await windowsOf(market.dataSource, rentalId)).length > before
  })
}

async function stop(handle: RentalHandle): Promise<void> {
  await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
  await handle.result()
}

const onMeter = (rentalId: string) =>
  market.runpod.control.meter
    .rentals()
    .find(({ rental }) => rental.toUpperCase().replace('-', '_') === rentalId.toUpperCase())

/** Waits until a renewal waits for the wallet; answers its PostgreSQL process. */
async function blockedRenewal(): Promise<number> {
  let found: number | undefined
  await until(async () => {
    const rows: { pid: number }[] = await market.dataSource.query(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND query LIKE '%billing_renew%'`,
    )
    found = rows[0]?.pid
    return found !== undefined
  })
  if (found === undefined) throw new Error('no renewal waits')
  return found
}

const terminate = (backend: number): Promise<unknown> =>
  withClient(inject('postgres').superuserUrl, (client) =>
    client.query('SELECT pg_terminate_backend($1)', [backend]),
  )
