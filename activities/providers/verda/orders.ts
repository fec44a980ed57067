import { z } from 'zod'
import type { ReportOddity } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { orderedInstance } from '../ordered-instance.ts'
import type { Instance, LaunchRequest, Provider } from '../port.ts'
import { orderPower } from '../power-order.ts'
import { ProviderError } from '../provider-error.ts'
import type { VerdaApi } from './api.ts'
import { saysEnded, saysUnknownInstance } from './classify.ts'
import { createBodyOf, volumeIdsOf } from './map.ts'
import { createRegistrations } from './registrations.ts'

const launchDataSchema = z.object({
  instanceType: z.string(),
  location: z.string(),
  isSpot: z.boolean(),
  image: z.string(),
})

interface OrdersDeps {
  provider: string
  api: VerdaApi
  report: ReportOddity
  describe: Provider['describe']
}

/** What changes the world at Verda: launch, start, stop, end. */
export function createOrders({ provider, api, report, describe }: OrdersDeps) {
  const registrations = createRegistrations({ provider, api, report })

  async function launch(request: LaunchRequest, signal: AbortSignal): Promise<Instance> {
    const launchData = readLaunchData({ provider: provider, schema: launchDataSchema, offer: request.offer })
    try {
      const registered = await registrations.add(request, signal)
      const body = createBodyOf(request, launchData, registered)
      return orderedInstance(await api.createInstance(body, signal), request, 'accepted')
    } catch (error) {
      const mayExist = !(error instanceof ProviderError) || error.kind === 'ambiguous'
      // Why only then: an instance that may exist reads its keys when it boots.
      if (!mayExist) await registrations.remove(request.marker, signal)
      throw error
    }
  }

  async function terminate(id: string, signal: AbortSignal): Promise<void> {
    const instance = await api.instance(id, signal)
    if (instance === null) return
    const volumeIds = volumeIdsOf(instance)
    try {
      await api.act({ action: 'delete', id, ...(volumeIds.length > 0 && { volumeIds }) }, signal)
    } catch (error) {
      if (!(error instanceof ProviderError) || !saysEnded(error.words)) throw error
    }
    await registrations.remove(instance.hostname, signal)
  }

  async function power(wish: 'start' | 'stop', id: string, signal: AbortSignal): Promise<void> {
    const action = wish === 'start' ? 'start' : 'shutdown'
    const order = (): Promise<boolean> =>
      api.act({ action, id }, signal).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ProviderError && saysUnknownInstance(error.words)) return false
          throw error
        },
      )
    await orderPower({ provider: provider, id, wish, order, describe: () => describe(id, signal) })
  }

  return { launch, terminate, forget: registrations.remove, power }
}
