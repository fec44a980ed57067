import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { parseMarker } from '../marker.ts'
import { orderedInstance } from '../ordered-instance.ts'
import type { Capabilities, Instance, LaunchRequest, Provider } from '../port.ts'
import { orderPower } from '../power-order.ts'
import { ProviderError } from '../provider-error.ts'
import { microsFromUsd } from '../usd.ts'
import { createVastApi, type VastApi } from './api.ts'
import { contractLeftBy } from './classify.ts'
import { createBodyOf, createInstanceMap } from './map.ts'
import { createOfferMap, INCLUDED_DISK_GIB, searchFor, type Tenure, type VastLaunchData } from './offers.ts'
import { createVastPacers } from './pacers.ts'

export interface VastOptions {
  apiKey: string
  /** `https://console.vast.ai` for the real one. */
  baseUrl: string
  account?: string
  /** Stretches or shrinks the least intervals between calls; 1 is what Vast wants. */
  paceFactor?: number
  report: ReportOddity
}

const NAME = 'vast'

const CAPABILITIES: Capabilities = {
  podKind: 'container',
  aggregator: false,
  stopStart: 'keeps_disk_may_lose_gpu',
  spot: true,
  // Why not: Vast hands logs out by putting them at a public address, which our renters never agreed to.
  logs: false,
  billingReadout: 'always',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'any',
  ports: 'published',
  environment: 'lines',
  bootBudgetSeconds: 600,
  bootPollSeconds: 10,
  fleetPollSeconds: 45,
  teardownSeconds: 30,
  listLagSeconds: 20,
}

const TENURES: Tenure[] = ['on-demand', 'bid']

const launchDataSchema = z.object({
  askId: z.number().int(),
  bidMicrosPerHour: z.number().int().positive().nullable(),
})

/** Vast.ai containers, on demand and interruptible by bid. */
export function createVastProvider(options: VastOptions): Provider {
  const { apiKey, baseUrl, account = NAME, paceFactor = 1 } = options
  const report = reportOnce(options.report)
  const pacers = createVastPacers({ provider: NAME, factor: paceFactor })
  const api = createVastApi({ provider: NAME, baseUrl, apiKey, pacers })
  const offerOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createInstanceMap({ provider: NAME, report })

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const instance = isId(id) ? await api.instance(id, signal) : null
    return instance === null ? goneInstance(id, 'null') : instanceOf(instance)
  }

  const power = (id: string, wish: 'start' | 'stop', signal: AbortSignal): Promise<void> =>
    orderPower({
      provider: NAME,
      id,
      wish,
      order: async () => isId(id) && (await api.manage(id, wish === 'start' ? 'running' : 'stopped', signal)),
      describe: () => describe(id, signal),
    })

  return {
    name: NAME,
    account,
    displayName: 'Vast.ai',
    capabilities: CAPABILITIES,
    describe,
    async listOffers(signal) {
      const found = await Promise.all(
        TENURES.map(async (tenure) =>
          (await api.offers(searchFor(tenure), signal)).map((ask) => offerOf(ask, tenure)),
        ),
      )
      return found.flat().filter((offer) => offer !== null)
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      return await create({ api, request, launchData, signal })
    },
    async findByMarker(marker, signal) {
      return (await api.instances(signal, marker)).map(instanceOf).filter((found) => found.marker === marker)
    },
    async listOwned(signal) {
      const all = (await api.instances(signal)).map(instanceOf)
      return all.filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      if (isId(id)) await api.destroy(id, signal)
    },
    stop: (id, signal) => power(id, 'stop', signal),
    start: (id, signal) => power(id, 'start', signal),
    async costSoFar(id, signal) {
      return BigInt(microsFromUsd(await api.costUsd(id, signal)))
    },
    async close() {
      for (const pacer of Object.values(pacers)) pacer.close()
    },
  }
}

/** Vast's ids are whole numbers; whatever else it is asked for does not exist. */
const isId = (id: string): boolean => /^\d{1,15}$/.test(id)

interface Create {
  api: VastApi
  request: LaunchRequest
  launchData: VastLaunchData
  signal: AbortSignal
}

/** Creates, and destroys what a refused create left behind: a stopped instance bills its disk for ever. */
async function create({ api, request, launchData, signal }: Create): Promise<Instance> {
  const diskGib = Math.max(INCLUDED_DISK_GIB, request.diskGib)
  const body = createBodyOf({ provider: NAME, request: { ...request, diskGib }, launchData })
  try {
    return orderedInstance(await api.create(launchData.askId, body, signal), request, 'created')
  } catch (error) {
    const left = error instanceof ProviderError ? contractLeftBy(error.words) : null
    if (left !== null) await destroyLeftover(api, left, signal)
    throw error
  }
}

async function destroyLeftover(api: VastApi, id: string, signal: AbortSignal): Promise<void> {
  try {
    await api.destroy(id, signal)
  } catch (cause) {
    const words = `the create was refused and left instance ${id}, which could not be destroyed`
    throw new ProviderError({ provider: NAME, kind: 'ambiguous', words, cause })
  }
}
