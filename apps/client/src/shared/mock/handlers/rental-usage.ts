import type { RentalUsage } from '@berth/contract/schemas/rental-usage'
import { isoAt, type World } from '../world/world.ts'

const HOUR_MS = 3_600_000

/** What one pod has cost, cut at whole hours or days; what is cut off goes to the next piece. */
export function usageOfRental({ state }: World, id: string): RentalUsage {
  const windows = state.ledger.flatMap(({ window, rentalId, amountMicros }) =>
    window !== null && rentalId === id ? [{ ...window, charged: -amountMicros }] : [],
  )
  const seconds = windows.reduce((sum, window) => sum + window.seconds, 0)
  const [step, stepMs] = seconds > 48 * 3600 ? (['day', 24 * HOUR_MS] as const) : (['hour', HOUR_MS] as const)
  const rows = new Map<number, { seconds: number; chargedMicros: number }>()
  for (const window of windows) {
    const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)]
    for (let atMs = Math.floor(fromMs / stepMs) * stepMs; atMs < toMs; atMs += stepMs) {
      const done = Math.max(0, Math.floor((atMs - fromMs) / 1000))
      const upto = Math.min(window.seconds, Math.floor((atMs + stepMs - fromMs) / 1000))
      const share = (part: number): number => Math.floor((window.charged * part) / window.seconds)
      const row = rows.get(atMs) ?? { seconds: 0, chargedMicros: 0 }
      row.seconds += upto - done
      row.chargedMicros += share(upto) - share(done)
      rows.set(atMs, row)
    }
  }
  const ordered = [...rows].sort(([a], [b]) => a - b)
  return { step, rows: ordered.map(([atMs, row]) => ({ from: isoAt(atMs), ...row })) }
}
