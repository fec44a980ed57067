import type { RentalUsage } from '@berth/contract/schemas/rental-usage'
import type { UsageStep } from './usage-steps.ts'

export interface UsagePicture {
  /** Height of each bar, 0 to 1 of a step that runs from its beginning to its end, or of the dearest one. */
  bars: number[]
  /** Steps that have not come yet, so that a young pod has room to grow into. */
  ahead: number
  /** Where the time it shows ends. */
  untilMs: number
}

const HOUR_MS = 3_600_000
/** What is shown at least: a pod that is seconds old is a sliver at the left, not a block that fills the picture. */
const LEAST = { hour: { steps: 6, hours: 1 }, day: { steps: 7, hours: 24 } } as const

export interface UsageScale {
  step: RentalUsage['step']
  priceMicrosPerHour: number
  /** Whether the pod has ended: a life that is over is shown from end to end. */
  isOver: boolean
}

/** The picture of a pod's cost, to the scale of its price: a bar is as high as its step was used. */
export function usagePicture(
  steps: readonly UsageStep[],
  { step, priceMicrosPerHour, isOver }: UsageScale,
): UsagePicture {
  const least = LEAST[step]
  const slots = isOver ? steps.length : Math.max(least.steps, steps.length)
  const wholeStep = Math.max(1, priceMicrosPerHour * least.hours)
  const dearest = Math.max(wholeStep, ...steps.map(({ micros }) => micros))
  return {
    bars: steps.map(({ micros }) => Math.max(0, micros / dearest)),
    ahead: slots - steps.length,
    untilMs: (steps[0]?.fromMs ?? 0) + slots * least.hours * HOUR_MS,
  }
}
