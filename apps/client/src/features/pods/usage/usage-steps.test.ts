import { describe, expect, it } from 'vitest'
import { usageSteps } from './usage-steps.ts'

const at = (time: string) => `2026-03-01T${time}:00.000Z`
const row = (time: string, seconds: number, chargedMicros: number) => ({
  from: at(time),
  seconds,
  chargedMicros,
})
const told = (usage: Parameters<typeof usageSteps>[0], soFar: Parameters<typeof usageSteps>[1]) =>
  usageSteps(usage, soFar).map(({ micros, totalMicros }) => [micros, totalMicros])

describe('the cost of a pod over its life', () => {
  it('adds up step by step, an empty step included', () => {
    const usage = { step: 'hour' as const, rows: [row('10:00', 1800, 500), row('12:00', 3600, 1000)] }
    const soFar = { micros: 1500n, seconds: 5400, nowMs: Date.parse(at('12:59')) }
    expect(told(usage, soFar)).toEqual([
      [500, 500],
      [0, 500],
      [1000, 1500],
    ])
  })

  it('gives what is not settled yet to the step that runs, so that the last total ticks', () => {
    const usage = { step: 'hour' as const, rows: [row('10:00', 1800, 500)] }
    const soFar = { micros: 700n, seconds: 2520, nowMs: Date.parse(at('11:05')) }
    expect(told(usage, soFar)).toEqual([
      [500, 500],
      [200, 700],
    ])
  })

  it('is nothing before the meter starts', () => {
    expect(usageSteps({ step: 'hour', rows: [] }, { micros: 0n, seconds: 0, nowMs: 0 })).toEqual([])
  })
})
