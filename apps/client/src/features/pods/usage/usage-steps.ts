import type { RentalUsage } from '@berth/contract/schemas/rental-usage'

export interface UsageStep {
  fromMs: number
  seconds: number
  micros: number
  /** From the first step to the end of this one. */
  totalMicros: number
}

interface SoFar {
  /** What it costs now, with the seconds that are not settled yet. */
  micros: bigint
  seconds: number
  nowMs: number
}

const STEP_MS = { hour: 3_600_000, day: 86_400_000 } as const

/**
 * Every hour or day of a pod's life, those without a charge included. What has ticked since the last settlement belongs to the
 * step that is running, so that the last total is the figure that ticks beside it.
 */
export function usageSteps({ step, rows }: RentalUsage, soFar: SoFar): UsageStep[] {
  const length = STEP_MS[step]
  const settled = new Map(rows.map((row) => [Date.parse(row.from), row]))
  const sum = (field: 'seconds' | 'chargedMicros') => rows.reduce((total, row) => total + row[field], 0)
  const open = {
    micros: Math.max(0, Number(soFar.micros) - sum('chargedMicros')),
    seconds: Math.max(0, soFar.seconds - sum('seconds')),
  }
  const current = Math.floor(soFar.nowMs / length) * length
  const starts = [...settled.keys(), ...(open.seconds > 0 ? [current] : [])]
  if (starts.length === 0) return []
  const steps: UsageStep[] = []
  const last = Math.max(...starts)
  let totalMicros = 0
  for (let fromMs = Math.min(...starts); fromMs <= last; fromMs += length) {
    const row = settled.get(fromMs) ?? { seconds: 0, chargedMicros: 0 }
    const ticking = fromMs === last ? open : { micros: 0, seconds: 0 }
    const micros = row.chargedMicros + ticking.micros
    totalMicros += micros
    steps.push({ fromMs, seconds: row.seconds + ticking.seconds, micros, totalMicros })
  }
  return steps
}
