import type { Gpu, Region, UpstreamOffer } from '@berth/contract/offer'
import { CPU_ONLY } from '../gpu-names.ts'
import type { EngineInfo } from './engine.ts'

/** What this machine is let for, and within what bounds. */
export interface DockerTerms {
  microsPerVcpuHour: number
  microsPerGpuHour: number
  /** Living pods of this account, stopped ones included. */
  maxPods: number
  /** Of one pod; null is all the engine has. */
  maxVcpus: number | null
  maxRamGib: number | null
}

/** One kind of board of this machine, by the numbers its driver gives them. */
export interface LocalGpus {
  gpu: Gpu
  ids: string[]
}

export interface DockerLaunchData {
  vcpus: number
  ramMib: number
  gpuCount: number
  gpuKey: string | null
}

const HERE: Region = { code: 'local', country: null, continent: null }
/** The engine's disk is shared and not partitioned; a pod may use it as any container does. */
const DISK_GIB = 20
const SIZES: [vcpus: number, ramGib: number][] = [
  [1, 1],
  [2, 4],
  [4, 8],
  [8, 16],
  [16, 32],
]
const GPU_COUNTS = [1, 2, 4, 8]
const GIB = 1024 ** 3

interface Machine {
  info: EngineInfo
  terms: DockerTerms
  gpus: LocalGpus[]
  podsLeft: number
}

/** The sizes this machine can be let in now: CPU only, and with GPUs where it has some free. */
export function offersOfMachine({ info, terms, gpus, podsLeft }: Machine): UpstreamOffer[] {
  if (podsLeft <= 0) return []
  const vcpus = Math.min(info.vcpus, terms.maxVcpus ?? Infinity)
  const ramGib = Math.min(Math.floor(info.memoryBytes / GIB), terms.maxRamGib ?? Infinity)
  const sizes = SIZES.filter(([cpus, ram]) => cpus <= vcpus && ram <= ramGib)
  const stock = podsLeft > 2 ? 'high' : 'low'
  const base = { region: HERE, podKind: 'container', spot: false, reliability: null, soldFor: null } as const
  const disk = { disk: { includedGib: DISK_GIB, maxGib: DISK_GIB }, upstreamDiskMicrosPerGibHour: 0 }

  const cpuOffers = sizes.map(([cpus, ram]): UpstreamOffer => ({
    ...base,
    ...disk,
    key: `cpu-${cpus}x-${ram}gb`,
    gpu: CPU_ONLY,
    gpuCount: 0,
    vcpus: cpus,
    ramGib: ram,
    stock,
    upstreamMicrosPerHour: cpus * terms.microsPerVcpuHour,
    launchData: { vcpus: cpus, ramMib: ram * 1024, gpuCount: 0, gpuKey: null } satisfies DockerLaunchData,
  }))
  const gpuOffers = gpus.flatMap(({ gpu, ids }) =>
    GPU_COUNTS.filter((count) => count <= ids.length).map((count): UpstreamOffer => ({
      ...base,
      ...disk,
      key: `${gpu.key}-${count}x`,
      gpu,
      gpuCount: count,
      vcpus,
      ramGib,
      stock: 'low',
      upstreamMicrosPerHour: count * terms.microsPerGpuHour,
      launchData: {
        vcpus,
        ramMib: ramGib * 1024,
        gpuCount: count,
        gpuKey: gpu.key,
      } satisfies DockerLaunchData,
    })),
  )
  return [...cpuOffers, ...gpuOffers]
}
