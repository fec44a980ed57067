import { expect, it } from 'vitest'
import { aRunningPod, idsOf, type Parts } from './parts.ts'
import { failureOf, inPod, patience, until, untilGone, untilRunning } from './pods.ts'

export function describeStopStart({ setup }: Parts): void {
  it('stops a pod, twice is fine, and starts it again for the same renter', async () => {
    const { provider, id } = await aRunningPod(setup)
    for (let i = 0; i < 2; i += 1) await provider.stop?.(id, patience())
    const stopped = await until(
      () => provider.describe(id, patience()),
      ({ state }) => state === 'stopped',
    )
    expect(stopped.ssh).toBeNull()
    expect(await idsOf(provider.listOwned(patience()))).toContain(id)
    for (let i = 0; i < 2; i += 1) await provider.start?.(id, patience())
    expect(await inPod(await untilRunning(provider, id), 'echo back')).toMatchObject({ stdout: 'back\n' })
    await provider.terminate(id, patience())
    await untilGone(provider, id)
  })

  it('ends a pod that is stopped', async () => {
    const { provider, id } = await aRunningPod(setup)
    await provider.stop?.(id, patience())
    await provider.terminate(id, patience())
    expect((await untilGone(provider, id)).state).toBe('gone')
  })

  it('says that there is nothing to start', async () => {
    const { provider } = await setup()
    await provider.stop?.('never-was', patience())
    expect(await failureOf(provider.start?.('never-was', patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'invalid_request',
    })
  })
}

export function describeLogs({ setup }: Parts): void {
  it('reads what the pod said, and goes on after the last line seen', async () => {
    const { provider, id } = await aRunningPod(setup)
    const lines = await until(
      async () => (await provider.logs?.(id, null, patience())) ?? [],
      (said) => said.length > 1,
    )
    expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length)
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted())
    for (const index of [0, lines.length - 1]) {
      const rest = (await provider.logs?.(id, lines[index]?.id ?? '', patience())) ?? []
      expect(rest.slice(0, lines.length - index - 1)).toEqual(lines.slice(index + 1))
      expect(rest.map((line) => line.id)).not.toContain(lines[index]?.id)
    }
    await provider.terminate(id, patience())
    await untilGone(provider, id)
    expect(await provider.logs?.(id, null, patience())).toEqual([])
  })
}

export function describeCost({ setup }: Parts): void {
  it('reads what a pod has cost us, which only grows', async () => {
    const { provider, id } = await aRunningPod(setup)
    const cost = async (): Promise<bigint> => (await provider.costSoFar?.(id, patience())) ?? -1n
    const first = await cost()
    expect(first).toBeGreaterThanOrEqual(0n)
    expect(await until(cost, (now) => now > first)).toBeGreaterThan(first)
    await provider.terminate(id, patience())
  })
}

export function describeBill({ setup }: Parts): void {
  it('reads what a pod cost us once it has ended, and says that it can not before', async () => {
    const { provider, id } = await aRunningPod(setup)
    const cost = async (): Promise<bigint> => (await provider.costSoFar?.(id, patience())) ?? -1n
    expect(await failureOf(cost())).toMatchObject({ kind: 'invalid_request' })
    await provider.terminate(id, patience())
    await untilGone(provider, id)
    expect(await cost()).toBeGreaterThanOrEqual(0n)
  })
}
