import { bundleWorkflows } from '@berth/worker/run-worker-pool'
import { Worker, type WorkflowBundle } from '@temporalio/worker'
import { beforeAll, expect, it } from 'vitest'
import '../support/quiet-runtime.ts'
import { recordedHistories } from '../support/histories.ts'

let bundle: WorkflowBundle

beforeAll(async () => {
  bundle = await bundleWorkflows()
}, 60_000)

it('the workflow code of today replays every recorded run', async () => {
  const histories = await recordedHistories()
  expect(histories.length).toBeGreaterThanOrEqual(30)
  const replayed = await replay(bundle, histories)
  expect([...replayed].filter(([, error]) => error !== undefined)).toEqual([])
  expect(replayed.size).toBe(histories.length)
}, 120_000)

it.each([
  { what: 'asks for another step', from: '.reserveFunds.', to: '.renewHold.' },
  { what: 'leaves a step out', from: '.bootSeconds.executeWithOptions', to: '.bootSeconds.skipped?.' },
])(
  'a story that $what is caught by them',
  async ({ from, to }) => {
    expect(bundle.code).toContain(from)
    const changed = { ...bundle, code: bundle.code.replaceAll(from, to) }
    const histories = await recordedHistories()
    const replayed = await replay(changed, histories.slice(0, 6))
    expect([...replayed.values()]).toContainEqual(expect.stringMatching(/nondeterminism/i))
  },
  120_000,
)

/** Each history by name, with why it does not replay; undefined where it does. */
async function replay(
  workflowBundle: WorkflowBundle,
  histories: Awaited<ReturnType<typeof recordedHistories>>,
): Promise<Map<string, string | undefined>> {
  const replayed = new Map<string, string | undefined>()
  const options = { workflowBundle, replayName: 'recorded' }
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    replayed.set(workflowId, error?.message)
  }
  return replayed
}
