import { expect, test } from 'vitest'
import { reportDebits } from './report.ts'
import type { Side } from './debits.ts'
import type { Series } from './series.ts'

const measured = (values: Partial<Record<Side, number[]>> = {}): Record<Side, Series> => {
  const side = (name: Side, rates: number[]): Series => ({
    name,
    unit: 'debits/s',
    values: values[name] ?? rates,
  })
  return {
    pgbenchMany: side('pgbenchMany', [1_000, 1_100, 1_050]),
    nodeMany: side('nodeMany', [900, 990, 945]),
    pgbenchHot: side('pgbenchHot', [500, 500, 500]),
    nodeHot: side('nodeHot', [450, 450, 450]),
    settlement: side('settlement', [10_000, 11_000, 10_500]),
    bullmq: side('bullmq', [700, 710, 690]),
  }
}

test('compares the sides of one round with each other, and tells the middle', () => {
  const { lines, rejected } = reportDebits(measured(), [])
  expect(rejected).toEqual([])
  expect(lines.join('\n')).toMatch(/many wallets \/ pgbench +0\.90 x +aim 0\.6: met/)
  expect(lines.join('\n')).toMatch(/settlement \/ pgbench one by one +10\.00 x +aim 5: met/)
})

test('says where an aim is missed', () => {
  const { lines } = reportDebits(measured({ nodeHot: [400, 400, 400] }), [])
  expect(lines.join('\n')).toMatch(/hot wallet \/ pgbench +0\.80 x +aim 0\.85: NOT MET/)
})

test('rejects a run whose rounds differ by more than 15 per cent', () => {
  const { rejected } = reportDebits(measured({ bullmq: [400, 700, 1_000] }), [])
  expect(rejected).toEqual([expect.stringMatching(/^bullmq: its rounds differ by 35\.0 %/)])
})

test('scores zero where the books are wrong', () => {
  const { lines, rejected } = reportDebits(measured(), ['wallet w: the chain is broken at ltx_1'])
  expect(rejected).toEqual(['wallet w: the chain is broken at ltx_1'])
  expect(lines.filter((line) => line.includes(' x '))).toHaveLength(4)
  expect(lines.filter((line) => / 0\.00 x .*NOT MET$/.test(line))).toHaveLength(4)
})
