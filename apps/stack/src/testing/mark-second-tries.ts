import type { Reporter } from 'vitest/node'

declare module 'vitest' {
  interface TaskMeta {
    /** How often a test ran that passed at last; only where once was not enough. */
    tries?: number
  }
}

/** A reporter for vitest, made with `new` by its command line: its JSON report tells by itself of no second try. */
export default function markSecondTries(): Reporter {
  return {
    onTestCaseResult(test) {
      const { flaky = false, retryCount = 0 } = test.diagnostic() ?? {}
      if (flaky) test.meta().tries = retryCount + 1
    },
  }
}
