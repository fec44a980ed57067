import type { ContainerCreateOptions } from 'dockerode'
import { normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { parseGpus } from '../ssh/probe-pod.ts'
import { readContainerLogs } from './container-logs.ts'
import type { Engine, EngineInfo } from './engine.ts'
import type { LocalGpus } from './offers.ts'

type DeviceRequests = NonNullable<ContainerCreateOptions['HostConfig']>['DeviceRequests']

/** Asks the engine for these boards, by the way it has: CDI names, or NVIDIA's own runtime. */
export function deviceRequests(
  way: NonNullable<EngineInfo['nvidia']>,
  ids: string[] | 'all',
): DeviceRequests {
  if (way === 'cdi') {
    const names = ids === 'all' ? ['nvidia.com/gpu=all'] : ids.map((id) => `nvidia.com/gpu=${id}`)
    return [{ Driver: 'cdi', DeviceIDs: names }]
  }
  const which = ids === 'all' ? { Count: -1 } : { DeviceIDs: ids }
  return [{ Driver: 'nvidia', ...which, Capabilities: [['gpu']] }]
}

interface DetectOptions {
  engine: Engine
  way: NonNullable<EngineInfo['nvidia']>
  image: string
  labels: Record<string, string>
  provider: string
  report: ReportOddity
  signal: AbortSignal
}

/**
 * What boards this machine has. Docker tells that there is a driver, not what it drives: a short-lived container is given
 * all of them and prints what nvidia-smi says, in the order of the driver's own numbers.
 */
export async function detectGpus({
  engine,
  way,
  image,
  labels,
  provider,
  report,
  signal,
}: DetectOptions): Promise<LocalGpus[]> {
  const id = await engine.create(
    {
      Image: image,
      Entrypoint: ['nvidia-smi'],
      Cmd: ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'],
      Labels: labels,
      HostConfig: { DeviceRequests: deviceRequests(way, 'all') ?? [] },
    },
    signal,
  )
  try {
    await engine.start(id, signal)
    await engine.wait(id, signal)
    const output = readContainerLogs((await engine.logs(id, null, signal)) ?? Buffer.alloc(0))
    return groupGpus(output.map(({ line }) => line).join('\n'), (word) =>
      report({ provider, what: 'gpu name', word }),
    )
  } finally {
    // Why a signal of its own: the container must not stay because its caller gave up.
    await engine.remove(id, AbortSignal.timeout(10_000))
  }
}

/** Boards of one kind are let together; mixed machines make several groups. */
export function groupGpus(stdout: string, onUnknown: (name: string) => void): LocalGpus[] {
  const groups = new Map<string, LocalGpus>()
  for (const [index, { name, memoryMib }] of parseGpus(stdout).entries()) {
    const gpu = normalizeGpu({ rawName: name, memoryMib, vendorHint: 'nvidia' })
    if (!gpu) {
      onUnknown(name)
      continue
    }
    const group = groups.get(gpu.key) ?? { gpu, ids: [] }
    group.ids.push(String(index))
    groups.set(gpu.key, group)
  }
  return [...groups.values()]
}
