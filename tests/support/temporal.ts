import {
  searchAttributeArguments,
  searchAttributes,
  sqliteArguments,
} from '@berth/stack/temporal/search-attributes'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { inject } from 'vitest'

/** Values of temporal.api.enums.v1.IndexedValueType. */
const indexedValueTypes = { Keyword: 2, Datetime: 6 } as const

/**
 * A Temporal server on which days pass in seconds, with our search attributes. Time is one for the whole server, so
 * each test file starts its own and calls `teardown()` on it at the end.
 */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: inject('temporal').timeSkipping } },
  })
  const types = Object.entries(searchAttributes).map(
    ([name, type]) => [name, indexedValueTypes[type]] as const,
  )
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: Object.fromEntries(types),
  })
  return environment
}

/** The real development server in real time, for what the time-skipping one does not know (visibility queries, schedules). */
export async function createDevServerEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: inject('temporal').devServer },
      extraArgs: [...searchAttributeArguments, ...sqliteArguments],
    },
  })
}
