import { registerSearchAttributes } from '@berth/stack/temporal/register-search-attributes'
import { searchAttributeArguments, sqliteArguments } from '@berth/stack/temporal/search-attributes'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { inject } from 'vitest'

/**
 * A Temporal server on which days pass in seconds, with our search attributes. Time is one for the whole server, so
 * each test file starts its own and calls `teardown()` on it at the end.
 */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const environment = await startTimeSkipping()
  await registerSearchAttributes({
    operatorService: environment.connection.operatorService,
    namespace: environment.namespace ?? 'default',
  })
  return environment
}

/** The code of all workflows, bundled once for all test files. */
export const workflowBundle = (): { codePath: string } => ({ codePath: inject('temporal').workflowBundle })

/** The real development server in real time, for what the time-skipping one does not know (visibility queries, schedules). */
export async function createDevServerEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: inject('temporal').devServer },
      extraArgs: [...searchAttributeArguments, ...sqliteArguments],
    },
  })
}

/** The SDK waits five seconds for it, which on a machine that is busy elsewhere may be too few: a few tries. */
async function startTimeSkipping(triesLeft = 5): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: inject('temporal').timeSkipping } },
    })
  } catch (error) {
    if (triesLeft === 1 || !String(error).includes('did not start within')) throw error
    return startTimeSkipping(triesLeft - 1)
  }
}
