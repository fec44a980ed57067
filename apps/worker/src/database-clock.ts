import type { DataSource } from 'typeorm'

const EVERY_MS = 60_000

interface Clock {
  now: () => Date
  nowMs: () => number
}

/**
 * The database's time, read once a minute and counted on by the machine's own steady clock in between: offers that one
 * worker refreshed must not look old to another whose clock is wrong. What is charged is decided in the database anyway.
 */
export async function followDatabaseClock(
  dataSource: DataSource,
  onFailure: (error: unknown) => void,
): Promise<{ clock: Clock; stop: () => void }> {
  let aheadMs = await readAhead(dataSource)
  const timer = setInterval(() => {
    readAhead(dataSource).then((read) => (aheadMs = read), onFailure)
  }, EVERY_MS)
  const nowMs = (): number => Math.round(performance.now() + aheadMs)
  return {
    clock: { now: () => new Date(nowMs()), nowMs },
    stop: () => clearInterval(timer),
  }
}

/** How far the database's clock is ahead of our steady one, less than a round trip wrong. */
async function readAhead(dataSource: DataSource): Promise<number> {
  const [row]: { ms: number }[] = await dataSource.query(
    `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms`,
  )
  return (row?.ms ?? Date.now()) - performance.now()
}
