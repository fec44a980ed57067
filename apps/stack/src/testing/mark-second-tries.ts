import { stripVTControlCharacters } from 'node:util'
import type { Reporter } from 'vitest/node'

declare module 'vitest' {
  interface TaskMeta {
    /** How often a test ran that passed at last; only where once was not enough. */
    tries?: number
    /** What its first try failed of, in one line. */
    stumbledOver?: string
  }
}

/** A reporter for vitest, made with `new` by its command line: its JSON report tells by itself of no second try. */
export default function markSecondTries(): Reporter {
  return {
    onTestCaseResult(test) {
      const { flaky = false, retryCount = 0 } = test.diagnostic() ?? {}
      if (!flaky) return
      const [first] = test.result().errors ?? []
      Object.assign(test.meta(), { tries: retryCount + 1, stumbledOver: firstLine(first?.message ?? '') })
    },
  }
}

const firstLine = (text: string): string => stripVTControlCharacters(text).split('\n', 1)[0] ?? ''
