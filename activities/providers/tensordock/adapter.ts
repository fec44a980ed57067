import type { UpstreamOffer } from '@berth/contract/offer'
import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { parseMarker } from '../marker.ts'
import { orderedInstance } from '../ordered-instance.ts'
import type { Capabilities, Instance, LaunchRequest, Provider } from '../port.ts'
import { orderPower } from '../power-order.ts'
import { ProviderError } from '../provider-error.ts'
import { createTensorDockApi } from './api.ts'
import { createBodyOf } from './create-body.ts'
import { createInstanceMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { chooseWayIn, type WayIn } from './way-in.ts'

export interface TensorDockOptions {
  apiKey: string
  /** `https://dashboard.tensordock.com/api/v2` for the real one. */
  baseUrl: string
  account?: string
  /** TensorDock grants an organization 100. */
  requestsPerMinute?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'tensordock'

const CAPABILITIES: Capabilities = {
  podKind: 'vm',
  aggregator: false,
  stopStart: 'keeps_disk_may_lose_gpu',
  // Why not: bidding was part of API v0, and v2 has none.
  spot: false,
  logs: false,
  billingReadout: 'never',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'fixed',
  ports: 'published',
  environment: 'lines',
  bootBudgetSeconds: 900,
  bootPollSeconds: 10,
  fleetPollSeconds: 60,
  teardownSeconds: 60,
  listLagSeconds: 20,
}

const launchDataSchema = z.object({
  hostId: z.string(),
  gpuModel: z.string(),
  gpuCount: z.number().int(),
  vcpus: z.number().int(),
  ramGib: z.number().int(),
})

const isDearer = (now: UpstreamOffer, than: UpstreamOffer): boolean =>
  now.upstreamMicrosPerHour > than.upstreamMicrosPerHour ||
  now.upstreamDiskMicrosPerGibHour > than.upstreamDiskMicrosPerGibHour

/** TensorDock's marketplace of independent hosts, virtual machines by its API v2. */
export function createTensorDockProvider(options: TensorDockOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestsPerMinute = 100, timeScale } = options
  const report = reportOnce(options.report)
  const limits = [{ requests: requestsPerMinute, windowMs: 60_000 }]
  const pacer = createPacer({ provider: NAME, limits, timeScale })
  const api = createTensorDockApi({ provider: NAME, baseUrl, apiKey, pacer })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createInstanceMap({ provider: NAME, report })

  async function living(signal: AbortSignal): Promise<Instance[]> {
    return (await api.instances(signal)).map(instanceOf).filter(({ state }) => state !== 'gone')
  }

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const instance = await api.instance(id, signal)
    return instance === null ? goneInstance(id) : instanceOf(instance)
  }

  /** Hosts set their prices and lend their GPUs as they like: what was offered is looked at once more before it is ordered. */
  async function wayInto(
    { offer, ports }: LaunchRequest,
    hostId: string,
    signal: AbortSignal,
  ): Promise<WayIn> {
    const host = await api.host(hostId, signal)
    if (host === null) throw noCapacity(`the host ${hostId} is gone`)
    const now = offersOf(host).find(({ key }) => key === offer.key)
    if (!now) throw noCapacity('the host has given its GPUs to others')
    if (isDearer(now, offer)) throw noCapacity('the host asks a higher price by now')
    const wayIn = chooseWayIn(host, ports)
    if (wayIn === null) throw noCapacity('the host has no free port or address for another machine')
    return wayIn
  }

  const power = (wish: 'start' | 'stop', id: string, signal: AbortSignal): Promise<void> =>
    orderPower({
      provider: NAME,
      id,
      wish,
      order: () => api.power(id, wish, signal),
      describe: () => describe(id, signal),
    })

  return {
    name: NAME,
    account,
    displayName: 'TensorDock',
    capabilities: CAPABILITIES,
    describe,
    async listOffers(signal) {
      return (await api.hosts(signal)).flatMap(offersOf)
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      const wayIn = await wayInto(request, launchData.hostId, signal)
      const body = createBodyOf({ provider: NAME, request, launchData, wayIn })
      return orderedInstance(await api.createInstance(body, signal), request, 'queued')
    },
    async findByMarker(marker, signal) {
      return (await living(signal)).filter((instance) => instance.marker === marker)
    },
    async listOwned(signal) {
      return (await living(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      await api.deleteInstance(id, signal)
    },
    stop: (id, signal) => power('stop', id, signal),
    start: (id, signal) => power('start', id, signal),
    async close() {
      pacer.close()
    },
  }
}

const noCapacity = (words: string): ProviderError =>
  new ProviderError({ provider: NAME, kind: 'no_capacity', words })
