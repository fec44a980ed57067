/** What one step of the test run came to. A skipped test is neither passed nor failed, but is always shown. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** Tests that passed, but not at the first try. */
  secondTries: string[]
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, secondTries: [] }
export const onePassed: Tally = { ...nothing, passed: 1 }
export const oneFailed: Tally = { ...nothing, failed: 1 }

export function sumTallies(tallies: Tally[]): Tally {
  return tallies.reduce(
    (sum, { passed, failed, skipped, secondTries }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
      secondTries: [...sum.secondTries, ...secondTries],
    }),
    nothing,
  )
}

/** The last line of a run. */
export function verdict({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`
}

/** What a run says before its last line: a test that needs a second try is a product, or a test, that is not quite right. */
export function secondTryLines({ secondTries }: Tally): string[] {
  if (secondTries.length === 0) return []
  const many = secondTries.length === 1 ? '1 test' : `${secondTries.length} tests`
  return [`${many} passed only when tried again:`, ...secondTries.map((test) => `  ${test}`)]
}
