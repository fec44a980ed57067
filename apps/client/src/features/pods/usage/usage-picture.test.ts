import { describe, expect, it } from 'vitest'
import { usagePicture } from './usage-picture.ts'

const HOUR = 3_600_000
const DOLLAR = 1_000_000
const stepsOf = (...costs: number[]) =>
  costs.map((micros, index) => ({
    fromMs: index * HOUR,
    seconds: 3600,
    micros,
    totalMicros: costs.slice(0, index + 1).reduce((sum, cost) => sum + cost, 0),
  }))
const hourly = { step: 'hour', priceMicrosPerHour: 2 * DOLLAR, isOver: false } as const

describe('the picture of what a pod has cost', () => {
  it('shows a pod that is half a minute old as a sliver at the foot of the first of six hours', () => {
    const picture = usagePicture(stepsOf(DOLLAR / 60), hourly)
    expect(picture.bars).toEqual([expect.closeTo(1 / 120, 6)])
    expect(picture).toMatchObject({ ahead: 5, untilMs: 6 * HOUR })
  })

  it('grows to the right, hour by hour, until six of them fill it', () => {
    const { bars, ahead } = usagePicture(stepsOf(...Array<number>(6).fill(2 * DOLLAR)), hourly)
    expect(bars).toEqual([1, 1, 1, 1, 1, 1])
    expect(ahead).toBe(0)
  })

  it('shows a longer life whole, and what was dearer than the price of today within the picture', () => {
    const picture = usagePicture(stepsOf(4 * DOLLAR, ...Array<number>(11).fill(2 * DOLLAR)), hourly)
    expect(picture.bars.slice(0, 2)).toEqual([1, 0.5])
    expect(picture).toMatchObject({ ahead: 0, untilMs: 12 * HOUR })
  })

  it('shows a life that is over from end to end', () => {
    const picture = usagePicture(stepsOf(2 * DOLLAR, DOLLAR), { ...hourly, isOver: true })
    expect(picture).toMatchObject({ bars: [1, 0.5], ahead: 0, untilMs: 2 * HOUR })
  })

  it('shows at least a week of a pod that is shown by the day', () => {
    const picture = usagePicture(stepsOf(48 * DOLLAR), { ...hourly, step: 'day' })
    expect(picture).toMatchObject({ bars: [1], ahead: 6, untilMs: 7 * 24 * HOUR })
  })

  it('draws nothing above the foot for a step that gave money back', () => {
    expect(usagePicture(stepsOf(DOLLAR, -DOLLAR), hourly).bars).toEqual([0.5, 0])
  })
})
