import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { parseMarker } from '../marker.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import { microsFromUsd } from '../usd.ts'
import { createPrimeApi } from './api.ts'
import { createLaunchKeys } from './launch-keys.ts'
import { createBodyOf, createPodMap } from './map.ts'
import { createOfferMap } from './offers.ts'

export interface PrimeOptions {
  apiKey: string
  /** `https://api.primeintellect.ai/api/v1` for the real one. */
  baseUrl: string
  account?: string
  /** Prime publishes no limit; this one is ours, modest. */
  requestsPerMinute?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'prime'

const CAPABILITIES: Capabilities = {
  // Why one word: most of its clouds start virtual machines; each offer says what it is.
  podKind: 'vm',
  aggregator: true,
  // Why none: a pod may be found stopped, but there is no call that stops one.
  stopStart: 'none',
  spot: true,
  logs: false,
  // Why not always: only the history of ended pods tells what they were billed.
  billingReadout: 'after_end',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'fixed',
  // Why: what the clouds behind it let in differs, and it opens nothing on demand.
  ports: 'tunnel',
  environment: 'any',
  bootBudgetSeconds: 1_200,
  bootPollSeconds: 15,
  fleetPollSeconds: 60,
  teardownSeconds: 60,
  listLagSeconds: 20,
}

const launchDataSchema = z.object({
  provider: z.string(),
  cloudId: z.string(),
  gpuType: z.string(),
  socket: z.string(),
  gpuCount: z.number().int(),
  dataCenterId: z.string().nullable(),
  country: z.string().nullable(),
  security: z.string().nullable(),
  image: z.string().nullable(),
  sizedDisk: z.boolean(),
  vcpus: z.number().nullable(),
  memory: z.number().nullable(),
})

/** Pods of many clouds through Prime Intellect's one account. */
export function createPrimeProvider(options: PrimeOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestsPerMinute = 60 } = options
  const report = reportOnce(options.report)
  const limits = [{ requests: requestsPerMinute, windowMs: 60_000 }]
  const pacer = createPacer({ provider: NAME, limits, timeScale: options.timeScale })
  const api = createPrimeApi({ provider: NAME, baseUrl, apiKey, pacer })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createPodMap({ provider: NAME, report })
  const keys = createLaunchKeys({ provider: NAME, api, livingMarkers, report })

  async function living(signal: AbortSignal): Promise<Instance[]> {
    return (await api.pods(signal)).map(instanceOf).filter(({ state }) => state !== 'gone')
  }

  async function livingMarkers(signal: AbortSignal): Promise<Set<string>> {
    return new Set((await living(signal)).flatMap(({ marker }) => marker ?? []))
  }

  return {
    name: NAME,
    account,
    displayName: 'Prime Intellect',
    capabilities: CAPABILITIES,
    async listOffers(signal) {
      return offersOf(await api.offers(signal))
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      const { marker, sshPublicKeys } = request
      const keyId = await keys.register(marker, sshPublicKeys, signal)
      try {
        return instanceOf(await api.createPod(createBodyOf(request, launchData, keyId), signal))
      } catch (error) {
        // Why not when ambiguous: the pod may be there and about to read its key.
        if (error instanceof ProviderError && error.kind !== 'ambiguous') await keys.sweep(marker, signal)
        throw error
      }
    },
    async findByMarker(marker, signal) {
      return (await living(signal)).filter((instance) => instance.marker === marker)
    },
    async describe(id, signal) {
      const pod = await api.pod(id, signal)
      return pod === null ? goneInstance(id) : instanceOf(pod)
    },
    async listOwned(signal) {
      return (await living(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      const pod = await api.pod(id, signal)
      // Why not twice: one that is terminated can still be read for a while.
      if (pod !== null && instanceOf(pod).state !== 'gone') await api.deletePod(id, signal)
      await keys.sweep(pod?.name ?? null, signal)
    },
    forget: keys.sweep,
    async costSoFar(id, signal) {
      const usd = await api.billedUsd(id, signal)
      if (usd !== null) return BigInt(microsFromUsd(usd))
      const words = `Prime does not have ${id} in its history; it comes there once it has ended`
      throw new ProviderError({ provider: NAME, kind: 'invalid_request', words })
    },
    async close() {
      pacer.close()
    },
  }
}
