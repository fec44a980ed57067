import { z } from 'zod'
import { readLaunchData } from '../launch-data.ts'
import type { LaunchRequest } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import { createOptionsOf } from './create-options.ts'
import type { Engine } from './engine.ts'
import type { GpuStock } from './gpu-stock.ts'
import { createTurns } from './turns.ts'

interface LauncherDeps {
  provider: string
  account: string
  engine: Engine
  gpuStock: GpuStock
  labels: string[]
  maxPods: number
  publishAddress: string
  ensureImage: (image: string, signal: AbortSignal) => Promise<void>
}

const launchDataSchema = z.object({
  vcpus: z.number().int().positive(),
  ramMib: z.number().int().positive(),
  gpuCount: z.number().int().nonnegative(),
  gpuKey: z.string().nullable(),
})

const CLEAN_UP_TIMEOUT_MS = 30_000

/** Creates and starts one container, or leaves none; answers its id. */
export function createLauncher(
  deps: LauncherDeps,
): (request: LaunchRequest, signal: AbortSignal) => Promise<string> {
  const { provider, account, engine, gpuStock, labels, maxPods, publishAddress, ensureImage } = deps
  const inTurn = createTurns()

  /** In turn, since two launches that look at the same moment would both see the last free place. */
  async function create(request: LaunchRequest, signal: AbortSignal): Promise<string> {
    const launchData = readLaunchData({ provider, schema: launchDataSchema, offer: request.offer })
    await ensureImage(request.image, signal)
    return inTurn(async () => {
      if ((await engine.list(labels, signal)).length >= maxPods) {
        const words = `this machine lets ${maxPods} pods at a time, and all are taken`
        throw new ProviderError({ provider, kind: 'no_capacity', words })
      }
      const { gpuKey, gpuCount: count } = launchData
      const gpus = gpuKey === null ? null : await gpuStock.choose({ gpuKey, count }, signal)
      return engine.create(createOptionsOf({ request, launchData, account, publishAddress, gpus }), signal)
    })
  }

  return async (request, signal) => {
    const id = await create(request, signal)
    try {
      await engine.start(id, signal)
    } catch (error) {
      await removeOrSayAmbiguous(id, provider, engine)
      throw error
    }
    return id
  }
}

/** A container that does not start must not stay; where even that fails, the marker has to be looked up. */
async function removeOrSayAmbiguous(id: string, provider: string, engine: Engine): Promise<void> {
  try {
    // Why a signal of its own: the container must go also when its caller has given up.
    await engine.remove(id, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS))
  } catch (cause) {
    throw new ProviderError({ provider, kind: 'ambiguous', words: `${id} neither starts nor goes`, cause })
  }
}
