import { ChargeWindowEntity, type ChargeWindow } from '@berth/entities/charge-window'
import { RentalSegmentEntity } from '@berth/entities/rental-segment'
import type { DataSource } from 'typeorm'
import { expect } from 'vitest'

/** Charged so far, oldest first. */
export const windowsOf = async (dataSource: DataSource, rentalId: string): Promise<ChargeWindow[]> => {
  const { id: segmentId } = await segmentOf(dataSource, rentalId)
  return dataSource.manager.find(ChargeWindowEntity, {
    where: { segmentId, kind: 'usage' },
    order: { windowStart: 'ASC' },
  })
}

export const segmentOf = (dataSource: DataSource, rentalId: string) =>
  dataSource.manager.findOneByOrFail(RentalSegmentEntity, { rentalId })

/** An ended rental was charged each whole second from its start to its end once: no gap, no double, to the micro-dollar. */
export async function expectExactCharge(dataSource: DataSource, rentalId: string): Promise<void> {
  const segment = await segmentOf(dataSource, rentalId)
  const seconds = Math.floor((segment.endedAt!.getTime() - segment.startedAt!.getTime()) / 1000)
  expect(segment).toMatchObject({ state: 'closed', held: 0n, chargedSeconds: seconds })
  expect(segment.charged).toBe((BigInt(segment.priceMicrosPerHour) * BigInt(seconds)) / 3600n)
  const windows = await windowsOf(dataSource, rentalId)
  for (const [index, { windowStart }] of windows.entries()) {
    const before = windows[index - 1]?.windowEnd ?? segment.startedAt!
    expect(windowStart.getTime()).toBe(before.getTime())
  }
}

/** What each account of the ledger has from a rental, apart from what it cost us; together they are zero. */
export async function accountsOf(dataSource: DataSource, rentalId: string): Promise<Record<string, bigint>> {
  const rows = await dataSource.query<{ account: string; total: string }[]>(
    `SELECT account, sum(amount) AS total FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id
     WHERE t.rental_id = $1 AND t.kind <> 'upstream_cost' GROUP BY account HAVING sum(amount) <> 0`,
    [rentalId],
  )
  return Object.fromEntries(rows.map(({ account, total }) => [account, BigInt(total)]))
}
