import type { Billing } from '@berth/activities/billing/port'
import { startChild, whyDead } from '@berth/stack/process/child'
import { findFreePort } from '@berth/stack/process/ports'
import { acceptsConnections, waitUntil } from '@berth/stack/process/wait-until'
import { Queue, Worker } from 'bullmq'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Books } from './books.ts'
import { resolveProgram } from './programs.ts'

/** As many jobs at once as measured best here; the pool of the database is as large. */
const CONCURRENCY = 16
const BATCH = 1_000

export interface Redis {
  port: number
  stop(): Promise<void>
}

/** A Redis of our own that keeps what it is told (append-only file, fsync each second: its usual durable setting). */
export async function startRedis(folder: string): Promise<Redis> {
  const port = await findFreePort()
  const child = await startChild({
    name: 'Redis',
    command: await resolveProgram('redis-server'),
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder].concat(
      '--appendonly yes --appendfsync everysec --save'.split(' '),
      '',
    ),
    logFile: join(folder, 'redis.log'),
  })
  const stop = async (): Promise<void> => {
    await child.stop()
  }
  try {
    await waitUntil({
      what: 'Redis',
      check: () => acceptsConnections(port),
      timeoutMs: 20_000,
      giveUp: () => whyDead(child),
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { port, stop }
}

/**
 * Debits a second of the obvious alternative: a job a rental and second in BullMQ, whose worker calls the same debit. The
 * jobs are in the queue before the clock runs, so that its ticker costs it nothing here: more than it would get in life.
 */
export async function bullmqDebits(options: {
  books: Books
  billing: Billing
  redis: Redis
  /** Enough that the queue never runs dry. */
  jobs: number
  seconds: number
}): Promise<number> {
  const { books, billing, redis, jobs, seconds } = options
  const connection = { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null }
  const queue = new Queue('ticks', { connection })
  try {
    const kept = { removeOnComplete: true, removeOnFail: false }
    for (let first = 0; first < jobs; first += BATCH)
      await queue.addBulk(
        Array.from({ length: BATCH }, () => ({
          name: 'tick',
          data: { rentalId: books.anyRental() },
          opts: kept,
        })),
      )
    const worker = new Worker<{ rentalId: string }>('ticks', ({ data }) => billing.renew(data), {
      connection,
      concurrency: CONCURRENCY,
      autorun: false,
    })
    let done = 0
    worker.on('completed', () => (done += 1))
    const failed: Error[] = []
    worker.on('failed', (_, error) => failed.push(error))
    const startedMs = performance.now()
    void worker.run()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const rate = (done * 1000) / (performance.now() - startedMs)
    const closed = once(worker, 'closed')
    await worker.close()
    await closed
    if (failed[0]) throw failed[0]
    if ((await queue.getWaitingCount()) === 0) throw new Error('BullMQ ran out of jobs: give it more')
    return rate
  } finally {
    await queue.obliterate({ force: true })
    await queue.close()
  }
}
