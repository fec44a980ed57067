import { createEnsureWorkflow } from '@berth/worker/ensure-workflow'
import { describeLost } from '@berth/activities/provisioning/lost-workflows'
import { rentalWorkflowId } from '@berth/workflows/rental/messages'
import { findFreePort } from '@berth/stack/process/ports'
import { projectPaths } from '@berth/stack/project-paths'
import type { Client } from '@temporalio/client'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { spreadOf, type Spread } from '../../chaos/audit/latencies.ts'
import type { EmulatedCloud } from '../../chaos/emulated-cloud.ts'
import { startNodeChild } from '../../chaos/killable.ts'
import { until } from '../../support/until.ts'
import { WORKER_ENVIRONMENT } from '../../support/worker-environment.ts'
import type { Books } from './books.ts'

/** Longer than any hold: within it every rental is renewed at least once. */
export const OBSERVED_SECONDS = 330
const STARTS_AT_ONCE = 20

export interface Metered {
  rentals: number
  renewals: number
  /** Seconds by which a renewal came after it was due. */
  lateness: Spread
  /** Rentals whose renewal was due and had not come when it was over. */
  overdue: number
  /** Share of one core that the worker took, and its memory at the end, MiB. */
  workerCores: number
  workerMib: number
}

interface Options {
  books: Books
  client: Client
  temporalAddress: string
  /** The cloud of the rentals, which the worker watches and lists meanwhile. */
  cloud: EmulatedCloud
  folder: string
  say: (words: string) => void
}

/**
 * All rentals of these books on one worker of the product: its own process, its own workflow, each taken up as a rental
 * whose workflow was lost, and from then on metered as any other. Every renewal is timed by the database.
 */
export async function keepAllMetered(options: Options): Promise<Metered> {
  const { books, client, say } = options
  await timeRenewals(books)
  const worker = await startWorker(options)
  try {
    await startAll(options)
    await until(async () => (await countUnclaimed(books)) === 0, {
      timeoutMs: 600_000,
      what: 'all rentals taken up',
    })
    say(`${books.rentals} rentals are metered by one worker; watching for ${OBSERVED_SECONDS} s`)
    await books.owner.query('TRUNCATE bench_renewals')
    const cpuBefore = await cpuSeconds(worker.pid)
    await sleep(OBSERVED_SECONDS * 1000)
    const workerCores = ((await cpuSeconds(worker.pid)) - cpuBefore) / OBSERVED_SECONDS
    const workerMib = await residentMib(worker.pid)
    return { rentals: books.rentals, ...(await readRenewals(books)), workerCores, workerMib }
  } finally {
    await worker.stop()
    await endAll(books, client)
  }
}

/** What is due by the meter's own row, and when it came, by the one clock that charges. */
async function timeRenewals({ owner }: Books): Promise<void> {
  await owner.query('CREATE TABLE bench_renewals (rental_id text NOT NULL, late_ms bigint NOT NULL)')
  await owner.query(
    `CREATE FUNCTION bench_time_renewal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
      INSERT INTO bench_renewals VALUES (NEW.rental_id, billing_ms(billing_now()) - billing_ms(OLD.next_renewal_at));
      RETURN NULL;
    END $$`,
  )
  await owner.query(
    `CREATE TRIGGER bench_time_renewal AFTER UPDATE OF next_renewal_at ON rental_segments FOR EACH ROW
     WHEN (NEW.next_renewal_at IS DISTINCT FROM OLD.next_renewal_at) EXECUTE FUNCTION bench_time_renewal()`,
  )
}

async function readRenewals({ owner }: Books): Promise<Pick<Metered, 'renewals' | 'lateness' | 'overdue'>> {
  const renewals = await owner.query<{ late: number }[]>(
    'SELECT greatest(late_ms, 0)::float8 / 1000 AS late FROM bench_renewals',
  )
  const [row] = await owner.query<{ overdue: string }[]>(
    `SELECT count(*) AS overdue FROM rental_segments WHERE next_renewal_at < billing_now() - interval '5 s'`,
  )
  return {
    renewals: renewals.length,
    lateness: spreadOf(renewals.map(({ late }) => late)),
    overdue: Number(row?.overdue),
  }
}

async function startWorker({ books, temporalAddress, cloud, folder }: Options) {
  const healthPort = await findFreePort()
  return startNodeChild({
    name: 'Worker',
    entry: join(projectPaths.root, 'apps/worker/src/main.ts'),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...WORKER_ENVIRONMENT,
      ...cloud.env,
      DATABASE_URL: books.database.applicationUrl,
      TEMPORAL_ADDRESS: temporalAddress,
      WORKER_HEALTH_PORT: String(healthPort),
      MAX_CACHED_WORKFLOWS: String(books.rentals + 100),
      LOG_LEVEL: 'warn',
    },
    logFile: join(folder, 'worker.log'),
    readyUrl: `http://127.0.0.1:${healthPort}/ready`,
  })
}

async function startAll({ books, client, say }: Options): Promise<void> {
  const ids = await books.owner.query<{ id: string }[]>('SELECT id FROM rentals ORDER BY id')
  const start = createEnsureWorkflow(client)
  const startedMs = Date.now()
  for (let first = 0; first < ids.length; first += 1_000) {
    const waiting = await describeLost(
      books.application,
      ids.slice(first, first + 1_000).map(({ id }) => id),
    )
    await Promise.all(
      Array.from({ length: STARTS_AT_ONCE }, async () => {
        for (let rental = waiting.pop(); rental !== undefined; rental = waiting.pop()) await start(rental)
      }),
    )
  }
  say(`${ids.length} workflows started in ${((Date.now() - startedMs) / 1000).toFixed(0)} s`)
}

/** Those whose workflow has not yet renewed them a first time. */
async function countUnclaimed({ owner }: Books): Promise<number> {
  const [row] = await owner.query<{ waiting: string }[]>(
    `SELECT count(*) AS waiting FROM rentals WHERE NOT EXISTS (SELECT FROM bench_renewals b WHERE b.rental_id = rentals.id)`,
  )
  return Number(row?.waiting)
}

async function endAll({ owner }: Books, client: Client): Promise<void> {
  const ids = await owner.query<{ id: string }[]>('SELECT id FROM rentals')
  await Promise.all(
    Array.from({ length: STARTS_AT_ONCE }, async () => {
      for (let next = ids.pop(); next !== undefined; next = ids.pop())
        await client.workflow.getHandle(rentalWorkflowId(next.id)).terminate('the benchmark is over')
    }),
  )
}

const TICKS_PER_SECOND = 100

/** User and system time of a process so far; Linux only, as its kernel counts it. */
async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

async function residentMib(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kib) / 1024)
}
