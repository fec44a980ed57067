import { bundleWorkflows } from '@berth/worker/run-worker-pool'
import { Worker } from '@temporalio/worker'
import { expect, it } from 'vitest'
import '../support/quiet-runtime.ts'
import { recordedHistories } from '../support/histories.ts'

it('the workflow code of today replays every recorded rental', async () => {
  const histories = await recordedHistories()
  expect(histories.length).toBeGreaterThanOrEqual(8)
  const replayed = new Map<string, string | undefined>()
  const options = { workflowBundle: await bundleWorkflows(), replayName: 'recorded' }
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    replayed.set(workflowId, error?.message)
  }
  expect([...replayed].filter(([, error]) => error !== undefined)).toEqual([])
  expect(replayed.size).toBe(histories.length)
}, 60_000)
