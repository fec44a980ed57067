import type { LogNews } from '@berth/contract/pod-gateway'
import type { LogLine } from '@berth/activities/providers/port'
import { ProviderError } from '@berth/activities/providers/provider-error'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createLogHub } from './log-hub.ts'

const POD = { account: 'runpod', podId: 'pod-1' }
const LINE: LogLine = { id: '2026-01-01T00:00:00Z#1', at: '2026-01-01T00:00:00Z', line: 'epoch 1' }

test('a reader that fails for no foreseen reason ends its streams, and whoever comes back is read to again', async () => {
  const { watch } = setup([new TypeError('lines is not iterable'), [LINE]])
  const first = watch()
  const second = watch()
  await expect.poll(() => [first.ended(), second.ended()]).toEqual([true, true])
  expect(first.heard).toEqual([{ kind: 'trouble', words: null }])

  const resumed = watch()
  await expect.poll(() => resumed.heard).toContainEqual({ kind: 'lines', lines: [LINE] })
  expect(resumed.ended()).toBe(false)
})

test('a provider that refuses is asked again on the same stream', async () => {
  const refusal = new ProviderError({ provider: 'runpod', kind: 'unavailable', words: 'HTTP 503' })
  const { watch } = setup([refusal, [LINE]])
  const watcher = watch()
  await expect.poll(() => watcher.heard).toContainEqual({ kind: 'lines', lines: [LINE] })
  expect(watcher.heard[0]).toEqual({ kind: 'trouble', words: 'HTTP 503' })
  expect(watcher.ended()).toBe(false)
})

/** A provider whose reads go like this, one after the other; then nothing new is written. */
function setup(reads: (LogLine[] | Error)[]) {
  const logs = async (): Promise<LogLine[]> => {
    const next = reads.shift() ?? []
    if (next instanceof Error) throw next
    return next
  }
  const hub = createLogHub({
    providers: new Map([[POD.account, { logs }]]),
    log: pino({ enabled: false }),
    spacingMs: 5,
  })
  return {
    watch: () => {
      const heard: LogNews[] = []
      let ended = false
      const stop = hub.watch(POD, null, {
        hear: (news) => void heard.push(news),
        end: () => {
          ended = true
          stop()
        },
      })
      return { heard, ended: () => ended }
    },
  }
}
