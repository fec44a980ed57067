import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf, patience } from '../contract-kit/pods.ts'
import { flawsOf } from '../contract-kit/offer-rules.ts'
import type { Oddity } from '../http/status-words.ts'
import { createDockerProvider } from './adapter.ts'
import { readContainerLogs } from './container-logs.ts'
import { createContainerMap } from './container-map.ts'
import { connectDocker, createEngine } from './engine.ts'
import { groupGpus } from './local-gpus.ts'

const INFO = { NCPU: 16, MemTotal: 64 * 1024 ** 3 }
const TWO_L4 = 'NVIDIA L4, 23034\nNVIDIA L4, 23034\n'
const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

describe('Docker engine failure', () => {
  it.each([
    [409, 'Conflict. The container name "/berth-…" is already in use', 'ambiguous'],
    [500, 'something broke', 'ambiguous'],
    [404, 'No such image: x:1', 'invalid_request'],
    [400, 'invalid reference format', 'invalid_request'],
    [500, 'could not select device driver "nvidia" with capabilities: [[gpu]]', 'no_capacity'],
    [500, 'write /var/lib/docker: no space left on device', 'no_capacity'],
  ])('%i "%s" on create is %s', async (status, message, kind) => {
    const { engine } = await setup({ 'POST /containers/create': [status, { message }] })
    expect(await failureOf(engine.create({ Image: 'x:1' }, patience()))).toMatchObject({ kind, status })
  })

  it('is certain not to have happened where no engine listens', async () => {
    const engine = createEngine({ docker: connectDocker('unix:///nowhere/docker.sock'), provider: 'docker' })
    expect((await failureOf(engine.create({ Image: 'x' }, patience()))).kind).toBe('unavailable')
    expect((await failureOf(engine.info(patience()))).kind).toBe('unavailable')
  })

  it('is ambiguous where a create is cut, or not answered in time', async () => {
    const cut = await setup({ 'POST /containers/create': 'cut' })
    expect((await failureOf(cut.engine.create({ Image: 'x' }, patience()))).kind).toBe('ambiguous')
    const silent = await setup({ 'POST /containers/create': 'silent' })
    expect((await failureOf(silent.engine.create({ Image: 'x' }, patience(100)))).kind).toBe('ambiguous')
  })

  it('removes a container that does not start, and calls it ambiguous where even that fails', async () => {
    const broken = [500, { message: 'OCI runtime create failed: exec: "/x": no such file' }] as const
    const answers = {
      'POST /containers/create': [201, { Id: 'c1' }],
      'POST /containers/c1/start': broken,
      'DELETE /containers/c1': [204, ''],
    } as const
    const tidy = await setup(answers)
    expect(await failureOf(tidy.launch())).toMatchObject({ kind: 'invalid_request' })
    expect(tidy.asked.at(-1)).toBe('DELETE /containers/c1')
    const stuck = await setup({ ...answers, 'DELETE /containers/c1': [500, { message: 'device busy' }] })
    expect(await failureOf(stuck.launch())).toMatchObject({ kind: 'ambiguous' })
  })

  it('refuses an address that is no engine’s', () => {
    expect(() => connectDocker('ssh://somewhere')).toThrow(/unix:\/\/\/path or tcp/)
  })
})

describe('Docker GPU offers', () => {
  it('are made of the boards that a probe container prints, where the engine can give them away', async () => {
    const { provider, asked, bodies } = await setup(withGpus({ Runtimes: { nvidia: {} } }))
    const offers = await provider.listOffers(patience())
    expect(flawsOf(offers)).toEqual([])
    expect(offers.filter(({ gpuCount }) => gpuCount > 0).map(({ key }) => key)).toEqual([
      'nvidia-l4-24gb-pcie-1x',
      'nvidia-l4-24gb-pcie-2x',
    ])
    expect(asked).toContain('DELETE /containers/probe')
    expect(bodies.find(({ Entrypoint }) => Entrypoint)).toMatchObject({
      HostConfig: { DeviceRequests: [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }] },
    })
  })

  it('name the boards by CDI where the engine knows it, and look only once', async () => {
    const cdi = { DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=all' }] }
    const { provider, bodies } = await setup(withGpus(cdi))
    for (let i = 0; i < 3; i += 1) await provider.listOffers(patience())
    expect(bodies.map(({ HostConfig }) => HostConfig)).toEqual([
      { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }] },
    ])
  })

  it('leave out boards that a pod holds, stopped pods included', async () => {
    const held = { ...LISTED, State: 'exited', Labels: { ...LISTED.Labels, 'berth.gpus': '1' } }
    const { provider, launch, bodies } = await setup(withGpus({ Runtimes: { nvidia: {} } }, [held]))
    const offers = await provider.listOffers(patience())
    expect(offers.filter(({ gpuCount }) => gpuCount > 0).map(({ gpuCount }) => gpuCount)).toEqual([1])
    await launch({ gpuCount: 1, gpuKey: 'nvidia-l4-24gb-pcie' })
    expect(bodies.at(-1)).toMatchObject({
      Labels: { 'berth.gpus': '0', 'berth.gpu-name': 'NVIDIA L4' },
      HostConfig: { DeviceRequests: [{ DeviceIDs: ['0'] }] },
    })
    expect(await failureOf(launch({ gpuCount: 2, gpuKey: 'nvidia-l4-24gb-pcie' }))).toMatchObject({
      kind: 'no_capacity',
    })
  })

  it('are grouped by board on a mixed machine, and report one that nobody can name', () => {
    const unknown: string[] = []
    const groups = groupGpus(`${TWO_L4}NVIDIA H100 PCIe, 81559\nNVIDIA Thing, [N/A]\n`, (name) =>
      unknown.push(name),
    )
    expect(groups.map(({ gpu, ids }) => [gpu.model, ids])).toEqual([
      ['L4', ['0', '1']],
      ['H100', ['2']],
    ])
    expect(unknown).toEqual(['NVIDIA Thing'])
  })
})

describe('Docker container', () => {
  it.each([
    [{ State: 'created' }, 'provisioning'],
    [{ State: 'running' }, 'running'],
    [{ State: 'removing' }, 'terminating'],
    [{ State: 'dead' }, 'failed'],
    [{ State: 'exited', Status: 'Exited (1) 2 minutes ago' }, 'failed'],
    [{ State: 'exited', Status: 'Exited (0) 2 minutes ago' }, 'failed'],
    [{ State: 'exited', Status: 'Exited (137) 2 minutes ago' }, 'interrupted'],
    [{ State: 'exited', Status: 'Exited (137) 2 minutes ago', Names: ['/berth-x.stopped'] }, 'stopped'],
    [{ State: 'paused' }, 'unknown'],
  ])('listed as %o is %s', (change, state) => {
    const oddities: Oddity[] = []
    const map = createContainerMap({ provider: 'docker', report: (oddity) => oddities.push(oddity) })
    expect(map.ofListed({ ...LISTED, ...change } as never)).toMatchObject({ id: 'c1', state })
    expect(oddities.map(({ word }) => word)).toEqual(state === 'unknown' ? ['paused'] : [])
  })
})

describe('Docker logs', () => {
  it('are put in order over both streams, across frames', () => {
    const stream = Buffer.concat([
      frame(1, '2026-06-01T12:00:00.000000003Z third\n2026-06-01T12:00:00.000000001Z first\n'),
      frame(2, '2026-06-01T12:00:00.000000002Z sec'),
      frame(2, 'ond\r\n'),
    ])
    expect(readContainerLogs(stream).map(({ line }) => line)).toEqual(['first', 'second', 'third'])
  })

  it('of a container with a terminal have no frames', () => {
    expect(readContainerLogs(Buffer.from('2026-06-01T12:00:00.1Z $ \r\n')).map(({ line }) => line)).toEqual([
      '$ ',
    ])
    expect(readContainerLogs(Buffer.alloc(0))).toEqual([])
  })
})

const LISTED = {
  Id: 'c1',
  Names: ['/berth-x'],
  Image: 'x',
  State: 'running',
  Status: 'Up 2 minutes',
  Created: 1_780_000_000,
  Labels: { 'berth.account': 'docker', 'berth.marker': 'berth-x' },
  Ports: [{ IP: '0.0.0.0', PrivatePort: 22, PublicPort: 40_022, Type: 'tcp' }],
}

function frame(kind: number, text: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = kind
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

type Answer = readonly [status: number, body: unknown] | 'cut' | 'silent'

/** The engine's calls that a probe of the GPUs makes. The image is one the engine has, as its label says. */
function withGpus(info: object, listed: object[] = []): Record<string, Answer> {
  const lines = TWO_L4.split('\n').map((line, index) =>
    line ? `2026-06-01T12:00:00.${index}Z ${line}\n` : '',
  )
  return {
    'GET /info': [200, { ...INFO, ...info }],
    'GET /containers/json': [200, listed],
    'GET /images/probe:1/json': [200, {}],
    'POST /containers/create': [201, { Id: 'probe' }],
    'POST /containers/probe/start': [204, ''],
    'POST /containers/probe/wait': [200, { StatusCode: 0 }],
    'GET /containers/probe/logs': [200, frame(1, lines.join(''))],
    'DELETE /containers/probe': [204, ''],
  }
}

interface CreateBody {
  Entrypoint?: string[]
  HostConfig?: object
  Labels?: object
}

/** A Docker engine on a loopback port that answers as it is told, for what a real one can not be made to do. */
async function setup(answers: Record<string, Answer> = {}) {
  const asked: string[] = []
  const bodies: CreateBody[] = []
  const standing: Record<string, Answer> = {
    'GET /containers/json': [200, []],
    'GET /images/x:1/json': [200, {}],
  }
  const server = createServer((request, response) => {
    void (async () => {
      const call = `${request.method} ${(request.url ?? '').split('?')[0]}`
      asked.push(call)
      const body = await bodyOf(request)
      if (call === 'POST /containers/create') bodies.push(JSON.parse(body) as CreateBody)
      const answer =
        answers[call] ?? standing[call] ?? ([404, { message: `no such thing: ${call}` }] as const)
      if (answer === 'silent') return
      if (answer === 'cut') request.socket.destroy()
      else
        response.writeHead(answer[0]).end(Buffer.isBuffer(answer[1]) ? answer[1] : JSON.stringify(answer[1]))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const docker = connectDocker(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const terms = {
    microsPerVcpuHour: 10_000,
    microsPerGpuHour: 500_000,
    maxPods: 4,
    maxVcpus: 4,
    maxRamGib: null,
  }
  const probe = {
    docker,
    publishAddress: '127.0.0.1',
    terms,
    report: () => undefined,
    gpuProbeImage: 'probe:1',
  }
  const provider = createDockerProvider(probe)
  async function launch(gpus: { gpuCount: number; gpuKey: string | null } = { gpuCount: 0, gpuKey: null }) {
    const launchData = { vcpus: 1, ramMib: 1024, ...gpus }
    const rest = { sshPublicKeys: ['ssh-ed25519 A'], image: 'x:1', diskGib: 20, env: {}, ports: [] }
    return provider.launch(
      { marker: 'berth-x', offer: { key: 'k', launchData } as never, ...rest },
      patience(),
    )
  }
  return { engine: createEngine({ docker, provider: 'docker' }), provider, launch, asked, bodies }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
