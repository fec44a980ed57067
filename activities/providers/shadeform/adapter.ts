import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { parseMarker } from '../marker.ts'
import { orderedInstance } from '../ordered-instance.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import { microsFromUsd } from '../usd.ts'
import { createShadeformApi } from './api.ts'
import { createBodyOf, createInstanceMap } from './map.ts'
import { createOfferMap } from './offers.ts'

export interface ShadeformOptions {
  apiKey: string
  /** `https://api.shadeform.ai/v1` for the real one. */
  baseUrl: string
  account?: string
  /** Shadeform publishes no limit; this one is ours, modest. */
  requestsPerMinute?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'shadeform'

const CAPABILITIES: Capabilities = {
  podKind: 'vm',
  aggregator: true,
  stopStart: 'none',
  // Why not: spot is listed, but the create call has no word for it.
  spot: false,
  logs: false,
  billingReadout: 'always',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'fixed',
  // Why: what the clouds behind it let in differs, and it opens nothing on demand for a machine.
  ports: 'tunnel',
  environment: 'any',
  // Why so long: one and a half times the longest boot estimate of its virtual machines and bare metal.
  bootBudgetSeconds: 1_800,
  bootPollSeconds: 15,
  fleetPollSeconds: 60,
  // Why short: the meter stops as soon as an instance is deleting.
  teardownSeconds: 30,
  listLagSeconds: 20,
}

const launchDataSchema = z.object({
  cloud: z.string(),
  region: z.string(),
  shadeInstanceType: z.string(),
  os: z.string(),
})

/** Machines of many clouds through Shadeform's one account. */
export function createShadeformProvider(options: ShadeformOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestsPerMinute = 60 } = options
  const report = reportOnce(options.report)
  const limits = [{ requests: requestsPerMinute, windowMs: 60_000 }]
  const pacer = createPacer({ provider: NAME, limits, timeScale: options.timeScale })
  const api = createShadeformApi({ provider: NAME, baseUrl, apiKey, pacer })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createInstanceMap({ provider: NAME, report })

  async function living(signal: AbortSignal): Promise<Instance[]> {
    return (await api.instances(signal)).map(instanceOf).filter(({ state }) => state !== 'gone')
  }

  return {
    name: NAME,
    account,
    displayName: 'Shadeform',
    capabilities: CAPABILITIES,
    async listOffers(signal) {
      return (await api.instanceTypes(signal)).flatMap(offersOf)
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      return orderedInstance(await api.create(createBodyOf(request, launchData), signal), request, 'creating')
    },
    async findByMarker(marker, signal) {
      return (await living(signal)).filter((instance) => instance.marker === marker)
    },
    async describe(id, signal) {
      const instance = await api.instance(id, signal)
      return instance === null ? goneInstance(id) : instanceOf(instance)
    },
    async listOwned(signal) {
      return (await living(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      await api.delete(id, signal)
    },
    async costSoFar(id, signal) {
      const cost = (await api.instance(id, signal))?.cost_estimate
      if (cost) return BigInt(microsFromUsd(cost))
      const words = `Shadeform tells no cost of ${id}; it does so only while it remembers the instance`
      throw new ProviderError({ provider: NAME, kind: 'invalid_request', words })
    },
    async close() {
      pacer.close()
    },
  }
}
