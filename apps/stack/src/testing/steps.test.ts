import { expect, test } from 'vitest'
import { selectSteps, staticChecks, testGroups } from './steps.ts'

test('without arguments everything runs', () => {
  expect(selectSteps([])).toEqual({ checks: staticChecks, groups: testGroups, vitestArgs: [] })
})

test('names choose, and the rest goes to vitest', () => {
  const { checks, groups, vitestArgs } = selectSteps(['lint', 'db', 'ledger', '--bail=1'])
  expect(checks.map(({ name }) => name)).toEqual(['lint'])
  expect(groups).toEqual([{ projects: ['db'], lane: 'first', givesWay: true }])
  expect(vitestArgs).toEqual(['ledger', '--bail=1'])
})

test('a file filter alone runs tests only', () => {
  const { checks, groups, vitestArgs } = selectSteps(['activities/billing'])
  expect(checks).toEqual([])
  expect(groups).toEqual(testGroups)
  expect(vitestArgs).toEqual(['activities/billing'])
})
