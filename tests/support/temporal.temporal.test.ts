import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { createDevServerEnvironment, createTimeSkippingEnvironment } from './temporal.ts'

test('the time-skipping server lets an hour pass in a moment and takes our search attributes', async () => {
  const environment = await createTimeSkippingEnvironment()
  try {
    const startedAt = Date.now()
    const before = await environment.currentTimeMs()
    await environment.sleep('1 hour')
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(3_600_000)
    expect(Date.now() - startedAt).toBeLessThan(30_000)
    expect(await phaseOfStartedWorkflow(environment)).toBe('running')
  } finally {
    await environment.teardown()
  }
})

test('the development server starts on a free port and takes our search attributes', async () => {
  const environment = await createDevServerEnvironment()
  try {
    expect(environment.supportsTimeSkipping).toBe(false)
    expect(await phaseOfStartedWorkflow(environment)).toBe('running')
  } finally {
    await environment.teardown()
  }
})

/** A server that does not know an attribute refuses to start a workflow that sets it. No worker is needed for that. */
async function phaseOfStartedWorkflow(environment: TestWorkflowEnvironment): Promise<string | undefined> {
  const phase = defineSearchAttributeKey('RentalPhase', SearchAttributeType.KEYWORD)
  const fundedUntil = defineSearchAttributeKey('FundedUntil', SearchAttributeType.DATETIME)
  const handle = await environment.client.workflow.start('rental', {
    workflowId: 'rental/attributes',
    taskQueue: 'nobody-listens',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: phase, value: 'running' },
      { key: fundedUntil, value: new Date(0) },
    ]),
  })
  const { typedSearchAttributes } = await handle.describe()
  await handle.terminate()
  return typedSearchAttributes.get(phase)
}
