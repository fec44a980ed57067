import { describe, expect, it } from 'vitest'
import { aRental } from '../../../shared/testing/examples.ts'
import { forecastBalance } from './forecast-balance.ts'
import { lineOf, warningsOf } from './forecast-picture.ts'

const NOW = '2026-03-01T12:00:00.000Z'
const atHours = (hours: number) => Date.parse(NOW) + hours * 3_600_000
const instant = (hours: number) => new Date(atHours(hours)).toISOString()
const wallet = (dollars: number, runwayHours: number | null, limitDollars?: number) => ({
  totalMicros: dollars * 1_000_000,
  runwaySeconds: runwayHours === null ? null : runwayHours * 3600,
  dayLimit:
    limitDollars === undefined ? null : { limitMicros: limitDollars * 1_000_000, resetsAt: instant(12) },
  asOf: NOW,
})
const pod = (name: string, change: Partial<ReturnType<typeof aRental>> = {}) => {
  const { meter, ...rental } = aRental({ name, ...change })
  return { ...rental, meter: { ...meter, priceMicrosPerHour: 2_000_000 } }
}
const shape = (forecast: ReturnType<typeof forecastBalance>) =>
  forecast?.steps.map(({ atMs, micros, ends }) => [
    (atMs - atHours(0)) / 3_600_000,
    micros / 1_000_000,
    ...ends,
  ])

describe('what the wallet will hold', () => {
  it('falls evenly to nothing under a pod that runs until it is stopped', () => {
    const forecast = forecastBalance(wallet(20, 10), [pod('heron')])
    expect(shape(forecast)).toEqual([
      [0, 20],
      [10, 0],
    ])
    expect(forecast?.emptyAtMs).toBe(atHours(10))
  })

  it('stops falling where the limit of the day stops the pods, with what is left then', () => {
    const forecast = forecastBalance(wallet(20, 3, 6), [pod('heron')])
    expect(shape(forecast)).toEqual([
      [0, 20],
      [3, 14],
    ])
    expect(lineOf(forecast!).at(-1)?.y).toBe(14_000_000)
  })

  it('falls less steeply from each end on, and stays where every pod ends in time', () => {
    const pods = [pod('heron', { endsAt: instant(2) }), pod('wren', { endsAt: instant(5) })]
    const forecast = forecastBalance(wallet(20, null), pods)
    expect(shape(forecast)).toEqual([
      [0, 20],
      [2, 12, 'heron'],
      [5, 6, 'wren'],
    ])
    expect(forecast?.emptyAtMs).toBeNull()
  })

  it('counts a budget from what is charged already, and nothing for a term that is paid', () => {
    const term = pod('paid', { charging: { strategy: 'term', earlyStop: [] } })
    expect(
      shape(forecastBalance(wallet(20, null), [pod('heron', { spendLimitMicros: 6_000_000 }), term])),
    ).toEqual([
      [0, 20],
      [3, 14, 'heron'],
    ])
    expect(forecastBalance(wallet(20, null), [term])).toBeNull()
  })

  it('says nothing while nothing runs, or where the server does not say when an open end empties it', () => {
    expect(forecastBalance(wallet(20, null), [])).toBeNull()
    expect(forecastBalance(wallet(20, null), [pod('heron')])).toBeNull()
  })
})

describe('the picture of it', () => {
  const forecast = (runwayHours: number) => forecastBalance(wallet(20, runwayHours), [pod('heron')])

  it('goes on a little beyond the end, so that the end is seen', () => {
    const long = forecast(100)
    expect(long && lineOf(long).map(({ x, y }) => [(x - atHours(0)) / 3_600_000, y])).toEqual([
      [0, 20_000_000],
      [100, 0],
      [108, 0],
    ])
  })

  it('marks the warnings that are still to come and stand apart', () => {
    const marks = (hours: number) => {
      const each = forecast(hours)
      return each && warningsOf(each).map(({ leftSeconds }) => leftSeconds)
    }
    expect(marks(100)).toEqual([86_400])
    expect(marks(10)).toEqual([])
    expect(marks(4)).toEqual([3600])
    expect(marks(1)).toEqual([600])
  })
})
