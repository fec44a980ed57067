import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { aLaunch, failureOf, inPod, patience, until, untilGone, untilRunning } from '../contract-kit/pods.ts'
import { createDockerProvider } from './adapter.ts'
import { connectDocker } from './engine.ts'
import { buildPodImage, POD_IMAGE } from './pod-image/build-pod-image.ts'

const docker = connectDocker(process.env['DOCKER_HOST'] ?? null)

describeProvider('Docker', {
  faults: ['endFromOutside'],
  claims: { stopStart: true, logs: true, costSoFar: 'never' },
  makeHarness: setup,
})

describe('Docker adapter', { timeout: 60_000 }, () => {
  it('gives a pod the size that was sold and publishes its ports on the address it is told', async () => {
    const { provider, launch } = await setup()
    const { id, request } = await launch()
    const running = await untilRunning(provider, id)
    expect(running.ports.map(({ privatePort, host }) => [privatePort, host]).sort()).toEqual([
      [22, '127.0.0.1'],
      [8888, '127.0.0.1'],
    ])
    const { HostConfig } = await docker.getContainer(id).inspect()
    expect(HostConfig.NanoCpus).toBe(Number(request.offer.vcpus) * 1e9)
    expect(HostConfig.Memory).toBe(Number(request.offer.ramGib) * 1024 ** 3)
    expect(HostConfig.RestartPolicy?.Name).toBe('no')
  })

  it('keeps what was written over a stop and a start', async () => {
    const { provider, launch } = await setup()
    const { id } = await launch()
    await inPod(await untilRunning(provider, id), 'echo kept > /workspace/note')
    await provider.stop?.(id, patience())
    await provider.start?.(id, patience())
    const seen = await inPod(await untilRunning(provider, id), 'cat /workspace/note')
    expect(seen).toMatchObject({ ok: true, stdout: 'kept\n' })
  })

  it('tells a pod that was killed from one that failed by itself, and both from one that was stopped', async () => {
    const { provider, launch } = await setup()
    const killed = await launch()
    await docker.getContainer(killed.id).kill()
    const failed = await launch({ image: POD_IMAGE, sshPublicKeys: [] })
    const stateOf = async (id: string) => (await provider.describe(id, patience())).state
    const settled = (id: string) =>
      until(
        () => stateOf(id),
        (state) => state !== 'running',
      )
    expect([await settled(killed.id), await settled(failed.id)]).toEqual(['interrupted', 'failed'])
    const listed = await provider.listOwned(patience())
    expect(Object.fromEntries(listed.map(({ id, state }) => [id, state]))).toEqual({
      [killed.id]: 'interrupted',
      [failed.id]: 'failed',
    })
  })

  it('lets no more pods than it may, and none of another installation', async () => {
    const { provider, launch } = await setup({ maxPods: 1 })
    const { id, request } = await launch()
    expect(await provider.listOffers(patience())).toEqual([])
    expect(
      await failureOf(provider.launch({ ...request, marker: `${request.marker}1` }, patience())),
    ).toMatchObject({
      kind: 'no_capacity',
    })
    const neighbour = await setup()
    expect(await neighbour.provider.listOwned(patience())).toEqual([])
    await provider.terminate(id, patience())
    await untilGone(provider, id)
  })

  it('never makes two pods of one marker', async () => {
    const { provider, launch } = await setup()
    const { request, id } = await launch()
    expect((await failureOf(provider.launch(request, patience()))).kind).toBe('ambiguous')
    expect((await provider.findByMarker(request.marker, patience())).map((instance) => instance.id)).toEqual([
      id,
    ])
  })

  it('leaves nothing behind where the image can not be had or does not start', async () => {
    const { provider, launch, docker: engine } = await setup()
    const missing = await failureOf(launch({ image: 'berth-test.invalid/nothing:here' }))
    expect(['invalid_request', 'unavailable']).toContain(missing.kind)
    await engine.getImage(POD_IMAGE).tag({ repo: 'berth-broken', tag: 'test' })
    const container = await engine.createContainer({ Image: 'berth-broken:test' })
    await container.commit({ repo: 'berth-broken', tag: 'test', changes: 'ENTRYPOINT ["/no-such-program"]' })
    await container.remove()
    const broken = await failureOf(launch({ image: 'berth-broken:test' }))
    await engine.getImage('berth-broken:test').remove()
    expect(broken).toMatchObject({ kind: 'invalid_request' })
    expect(await provider.listOwned(patience())).toEqual([])
  })

  it('makes its own image once, and again only when it is written anew', async () => {
    const idOf = async () =>
      (await docker.getImage(await buildPodImage({ docker, signal: patience() })).inspect()).Id
    const first = await idOf()
    expect(await idOf()).toBe(first)
  })

  it('copies files over SFTP, since the image brings a server for it', async () => {
    const { provider, launch } = await setup()
    const { id } = await launch()
    const running = await untilRunning(provider, id)
    expect(
      await inPod(running, 'test -x /usr/lib/sftp-server && /usr/lib/sftp-server -h 2>&1 | head -1'),
    ).toMatchObject({
      stdout: expect.stringContaining('sftp-server'),
    })
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** Fails at once, and says so, where there is no engine: these tests are about the real thing. */
async function setup({ maxPods = 4 } = {}) {
  await docker.ping().catch((cause: unknown) => {
    throw new Error('these tests need a Docker engine: start one, or set DOCKER_HOST', { cause })
  })
  const provider = createDockerProvider({
    docker,
    account: `test-${randomUUID()}`,
    terms: { microsPerVcpuHour: 10_000, microsPerGpuHour: 500_000, maxPods, maxVcpus: null, maxRamGib: null },
    publishAddress: '127.0.0.1',
    report: () => undefined,
  })
  closers.push(async () => {
    for (const { id } of await provider.listOwned(patience())) await provider.terminate(id, patience())
  })
  return {
    docker,
    provider,
    image: POD_IMAGE,
    faults: { endFromOutside: (id: string) => docker.getContainer(id).remove({ force: true }) },
    close: async () => undefined,
    async launch(change: { image?: string; sshPublicKeys?: string[] } = {}) {
      const request = { ...(await aLaunch({ provider, image: POD_IMAGE })), ...change }
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}
