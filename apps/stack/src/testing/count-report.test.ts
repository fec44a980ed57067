import { expect, test } from 'vitest'
import { countReport } from './count-report.ts'

const failedTest = {
  name: 'a.test.ts',
  status: 'failed',
  assertionResults: [
    { status: 'failed', fullName: 'fails', meta: {} },
    { status: 'passed', fullName: 'passes', meta: {} },
  ],
}
const fileThatDidNotLoad = { name: 'b.test.ts', status: 'failed', assertionResults: [] }

test('takes the counts of the report', () => {
  const report = aReport({
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [failedTest],
  })
  expect(countReport(report, 1)).toEqual({ passed: 7, failed: 1, skipped: 2, secondTries: [] })
})

test('a file that did not load is a failure of its own', () => {
  const report = aReport({
    numPassedTests: 7,
    numFailedTests: 1,
    testResults: [failedTest, fileThatDidNotLoad, fileThatDidNotLoad],
  })
  expect(countReport(report, 1)).toMatchObject({ passed: 7, failed: 3 })
})

test('a bad exit without a failed test is a failure', () => {
  expect(countReport(aReport({ numPassedTests: 7 }), 1)).toMatchObject({ passed: 7, failed: 1 })
})

test.each([
  ['no report', undefined],
  ['a report cut short', '{"numPassedTests": 7,'],
  ['something else', '[]'],
  ['counts that are none', aReport({ numPassedTests: Number.NaN })],
])('%s is a failure even where the exit code says all is well', (_name, report) => {
  expect(countReport(report, 0)).toMatchObject({ passed: 0, failed: 1 })
})

function aReport(overrides: Record<string, unknown>): string {
  const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  return JSON.stringify({ ...empty, ...overrides })
}
