import { relative } from 'node:path'
import { projectPaths } from '../project-paths.ts'
import { oneFailed, type Tally } from './tally.ts'

/** The part of vitest's JSON report that is counted. */
interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: TestResult[] }[]
}

interface TestResult {
  status: string
  fullName: string
  /** What `mark-second-tries` wrote. */
  meta: { tries?: number; stumbledOver?: string }
}

/**
 * Counts a vitest run. A file that failed without a failed test (it did not load), a run that exited badly without a
 * failed test (a crash, a broken set-up, an unhandled error) and a run without a readable report are a failure each:
 * nothing that went wrong may count as zero.
 */
export function countReport(report: string | undefined, exitCode: number): Tally {
  const parsed = parse(report)
  if (!parsed) return oneFailed
  const brokenFiles = parsed.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length
  const failed = parsed.numFailedTests + brokenFiles
  return {
    passed: parsed.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
    secondTries: parsed.testResults.flatMap(secondTriesOf),
  }
}

const secondTriesOf = ({ name, assertionResults }: VitestReport['testResults'][number]): string[] =>
  assertionResults
    .filter(({ meta }) => meta.tries !== undefined)
    .map(({ fullName, meta }) => `${relative(projectPaths.root, name)}: ${fullName} (${meta.stumbledOver})`)

function parse(report: string | undefined): VitestReport | undefined {
  if (report === undefined) return undefined
  try {
    const value: unknown = JSON.parse(report)
    return isReport(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isReport(value: unknown): value is VitestReport {
  if (typeof value !== 'object' || value === null) return false
  const report = value as Record<string, unknown>
  const counts = ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests']
  return counts.every((name) => Number.isInteger(report[name])) && Array.isArray(report.testResults)
}
