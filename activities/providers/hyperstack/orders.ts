import { z } from 'zod'
import { readLaunchData } from '../launch-data.ts'
import type { Instance, LaunchRequest, Provider } from '../port.ts'
import { orderPower } from '../power-order.ts'
import { ProviderError } from '../provider-error.ts'
import type { HyperstackApi } from './api.ts'
import { createEnvironments } from './environments.ts'
import { createBodyOf, type createVmMap } from './map.ts'

const launchDataSchema = z.object({ flavor: z.string(), region: z.string(), image: z.string() })

/** Off, and billed in full all the same. */
const SHUT_OFF = 'SHUTOFF'

interface OrdersDeps {
  provider: string
  api: HyperstackApi
  instanceOf: ReturnType<typeof createVmMap>
  describe: Provider['describe']
}

/** What changes the world at Hyperstack: launch, hibernate, restore. */
export function createOrders({ provider, api, instanceOf, describe }: OrdersDeps) {
  const environments = createEnvironments({ api })

  async function launch(request: LaunchRequest, signal: AbortSignal): Promise<Instance> {
    const launchData = readLaunchData({ provider, schema: launchDataSchema, offer: request.offer })
    const body = createBodyOf({ provider, request, launchData })
    await environments.ensure(launchData.region, signal)
    try {
      return instanceOf(await api.createVm(body, signal))
    } catch (error) {
      if (!isMissing(error) || !(await environments.restore(launchData.region, signal))) throw error
      return instanceOf(await api.createVm(body, signal))
    }
  }

  /**
   * Stopping is hibernating, since a machine that is shut off is billed in full. One that its renter shut off from inside must
   * run before it can hibernate: it is started, and the caller comes back.
   */
  async function stop(id: string, signal: AbortSignal): Promise<void> {
    if ((await api.vm(id, signal))?.status === SHUT_OFF) {
      await api.order(id, 'start', signal)
      const words = 'it was shut off, which is billed in full; it is being started so that it can hibernate'
      throw new ProviderError({ provider, kind: 'not_yet', words })
    }
    const order = (): Promise<boolean> => api.order(id, 'hibernate', signal)
    await orderPower({ provider, id, wish: 'stop', order, describe: () => describe(id, signal) })
  }

  async function start(id: string, signal: AbortSignal): Promise<void> {
    const shutOff = (await api.vm(id, signal))?.status === SHUT_OFF
    const order = (): Promise<boolean> => api.order(id, shutOff ? 'start' : 'hibernate-restore', signal)
    await orderPower({ provider, id, wish: 'start', order, describe: () => describe(id, signal) })
  }

  return { launch, stop, start }
}

/** Refused for certain, because something that the launch names is not there: perhaps our environment, removed by hand. */
const isMissing = (error: unknown): boolean => error instanceof ProviderError && error.status === 404
