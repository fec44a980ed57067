import { expect, test } from 'vitest'
import { daysOf, monthsUntil, periodOf } from './periods.ts'

const NOW = Date.parse('2026-03-01T23:59:59Z')

test.each([
  ['week', '2026-02-23', '2026-03-01'],
  ['month', '2026-03-01', '2026-03-01'],
  ['last_month', '2026-02-01', '2026-02-28'],
  ['quarter', '2025-12-02', '2026-03-01'],
] as const)('%s is counted in whole days of UTC', (name, from, to) => {
  expect(periodOf(name, NOW)).toEqual({ from, to })
})

test('a period has each of its days once, over the end of a month', () => {
  expect(daysOf({ from: '2026-02-27', to: '2026-03-02' })).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ])
})

test('statements go back a year', () => {
  const months = monthsUntil(NOW)
  expect([months[0], months[2], months.at(-1)]).toEqual(['2026-03', '2026-01', '2025-04'])
})

test('statements begin with the month in which the account did', () => {
  expect(monthsUntil(NOW, Date.parse('2026-01-31T23:00:00Z'))).toEqual(['2026-03', '2026-02', '2026-01'])
})
