import type { ReportOddity } from '../http/status-words.ts'
import { ProviderError } from '../provider-error.ts'
import { LABELS } from './container-map.ts'
import type { Engine, EngineInfo } from './engine.ts'
import { detectGpus } from './local-gpus.ts'
import type { LocalGpus } from './offers.ts'

/** Boards chosen for one pod. */
export interface ChosenGpus {
  way: NonNullable<EngineInfo['nvidia']>
  ids: string[]
  rawName: string
}

/** Which boards this machine has, and which of them no pod holds. */
export interface GpuStock {
  free(info: EngineInfo, signal: AbortSignal): Promise<LocalGpus[]>
  /** Throws `no_capacity` where too few are free. */
  choose(wanted: { gpuKey: string; count: number }, signal: AbortSignal): Promise<ChosenGpus>
}

interface GpuStockDeps {
  engine: Engine
  /** Labels by which the account's pods are found. */
  labels: string[]
  account: string
  /** Makes sure of an image that nvidia-smi runs in, and names it. */
  probeImage: (signal: AbortSignal) => Promise<string>
  provider: string
  report: ReportOddity
}

export function createGpuStock({
  engine,
  labels,
  account,
  probeImage,
  provider,
  report,
}: GpuStockDeps): GpuStock {
  let looked: Promise<LocalGpus[]> | null = null

  /** Once: boards do not come and go while the engine runs. A look that failed is repeated. */
  function here({ nvidia: way }: EngineInfo, signal: AbortSignal): Promise<LocalGpus[]> {
    if (way === null) return Promise.resolve([])
    looked ??= look(way, signal).catch((error: unknown) => {
      looked = null
      throw error
    })
    return looked
  }

  async function look(way: ChosenGpus['way'], signal: AbortSignal): Promise<LocalGpus[]> {
    const image = await probeImage(signal)
    return detectGpus({ engine, way, image, labels: { [LABELS.account]: account }, provider, report, signal })
  }

  async function free(info: EngineInfo, signal: AbortSignal): Promise<LocalGpus[]> {
    const all = await here(info, signal)
    if (all.length === 0) return []
    const containers = await engine.list(labels, signal)
    const taken = new Set(containers.flatMap(({ Labels }) => Labels[LABELS.gpus]?.split(',') ?? []))
    return all.map(({ gpu, ids }) => ({ gpu, ids: ids.filter((id) => !taken.has(id)) }))
  }

  return {
    free,
    async choose({ gpuKey, count }, signal) {
      const info = await engine.info(signal)
      const { gpu, ids = [] } = (await free(info, signal)).find((group) => group.gpu.key === gpuKey) ?? {}
      if (gpu && info.nvidia !== null && ids.length >= count) {
        return { way: info.nvidia, ids: ids.slice(0, count), rawName: gpu.rawName }
      }
      const words = `this machine has ${ids.length} such GPUs free, ${count} are wanted`
      throw new ProviderError({ provider, kind: 'no_capacity', words })
    },
  }
}
