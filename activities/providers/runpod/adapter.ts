import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { createPacer, type RateLimit } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { linesAfter, resumeAtMs } from '../log-lines.ts'
import { parseMarker } from '../marker.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import { microsFromUsd } from '../usd.ts'
import { createRunPodApi, type RunPodApi, type RunPodCloud } from './api.ts'
import { linesOf } from './logs.ts'
import { createBodyOf, createPodMap } from './map.ts'
import { createOfferMap } from './offers.ts'

export interface RunPodOptions {
  apiKey: string
  /** `https://api.runpod.io/v2` for the real one. */
  baseUrl: string
  account?: string
  /** RunPod grants 60, and 50 and 833 times that in an hour and a day; more only by agreement. */
  requestsPerMinute?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'runpod'

const CAPABILITIES: Capabilities = {
  podKind: 'container',
  aggregator: false,
  stopStart: 'keeps_disk_may_lose_gpu',
  // Why not: REST v2 has no interruptible pods, only the retired v1 had.
  spot: false,
  logs: true,
  billingReadout: 'always',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'any',
  ports: 'published',
  environment: 'any',
  bootBudgetSeconds: 600,
  bootPollSeconds: 5,
  fleetPollSeconds: 30,
  teardownSeconds: 30,
  listLagSeconds: 20,
}

const COUNTS = [1, 2, 4, 8]
const CLOUDS: RunPodCloud[] = ['SECURE', 'COMMUNITY']

const launchDataSchema = z.object({
  gpuId: z.string(),
  gpuCount: z.number().int(),
  cloud: z.enum(['SECURE', 'COMMUNITY']),
  dataCenterId: z.string().nullable(),
})

/** RunPod pods by its REST v2, secure and community cloud. */
export function createRunPodProvider(options: RunPodOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestsPerMinute = 60 } = options
  const report = reportOnce(options.report)
  const pacer = createPacer({
    provider: NAME,
    limits: limitsOf(requestsPerMinute),
    timeScale: options.timeScale,
  })
  const api = createRunPodApi({ provider: NAME, baseUrl, apiKey, pacer })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createPodMap({ provider: NAME, report })

  async function living(signal: AbortSignal): Promise<Instance[]> {
    return (await api.pods(signal)).map(instanceOf).filter(({ state }) => state !== 'gone')
  }

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const pod = await api.pod(id, signal)
    return pod === null ? goneInstance(id) : instanceOf(pod)
  }

  return {
    name: NAME,
    account,
    displayName: 'RunPod',
    capabilities: CAPABILITIES,
    describe,
    async listOffers(signal) {
      const pages = CLOUDS.flatMap((cloud) => COUNTS.map((count) => ({ cloud, count })))
      const offers = await Promise.all(
        pages.map(async (page) => (await api.gpuTypes(page, signal)).flatMap((type) => offersOf(type, page))),
      )
      return offers.flat()
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      return instanceOf(await api.createPod(createBodyOf(request, launchData), signal))
    },
    async findByMarker(marker, signal) {
      return (await living(signal)).filter((instance) => instance.marker === marker)
    },
    async listOwned(signal) {
      return (await living(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      await api.deletePod(id, signal)
    },
    stop: (id, signal) => act({ api, id, action: 'stop', already: ['stopped', 'gone'], describe, signal }),
    start: (id, signal) =>
      act({ api, id, action: 'start', already: ['running', 'provisioning'], describe, signal }),
    async logs(id, after, signal) {
      const fromMs = resumeAtMs(after)
      const since = fromMs === null ? null : new Date(fromMs).toISOString()
      const events = await api.logEvents(id, since, signal)
      return linesAfter(linesOf(events, { provider: NAME, report }), after)
    },
    async costSoFar(id, signal) {
      return BigInt(microsFromUsd(await api.podCostUsd(id, signal)))
    },
    async close() {
      pacer.close()
    },
  }
}

interface Act {
  api: RunPodApi
  id: string
  action: 'start' | 'stop'
  /** States in which the wish has come true already; RunPod answers 409 then. */
  already: Instance['state'][]
  describe: Provider['describe']
  signal: AbortSignal
}

async function act({ api, id, action, already, describe, signal }: Act): Promise<void> {
  try {
    const pod = await api.act(id, action, signal)
    if (pod !== null || action === 'stop') return
  } catch (error) {
    if (!(error instanceof ProviderError) || error.status !== 409) throw error
    if (already.includes((await describe(id, signal)).state)) return
    throw error
  }
  throw new ProviderError({
    provider: NAME,
    kind: 'invalid_request',
    words: `there is no pod ${id} to ${action}`,
    status: 404,
  })
}

/** 60 a minute, 3,000 an hour, 50,000 a day. */
function limitsOf(requestsPerMinute: number): RateLimit[] {
  return [
    { requests: requestsPerMinute, windowMs: 60_000 },
    { requests: requestsPerMinute * 50, windowMs: 3_600_000 },
    { requests: Math.floor((requestsPerMinute * 2_500) / 3), windowMs: 86_400_000 },
  ]
}
