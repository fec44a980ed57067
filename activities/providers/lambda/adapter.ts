import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { parseMarker } from '../marker.ts'
import { orderedInstance } from '../ordered-instance.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import { createLambdaApi } from './api.ts'
import { MISSING_OBJECT } from './classify.ts'
import { createDoorKey, DOOR_KEY_NAME } from './door-key.ts'
import { createInstanceMap, launchBodyOf } from './map.ts'
import { createOfferMap } from './offers.ts'

export interface LambdaOptions {
  apiKey: string
  /** `https://cloud.lambda.ai/api/v1` for the real one. */
  baseUrl: string
  account?: string
  /** Time between two requests; Lambda grants the whole account about one a second. */
  requestIntervalMs?: number
  /** Time between two launches; Lambda grants the whole account one in 12 seconds. */
  launchIntervalMs?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'lambda'

const CAPABILITIES: Capabilities = {
  podKind: 'vm',
  aggregator: false,
  stopStart: 'none',
  spot: false,
  logs: false,
  billingReadout: 'never',
  // Why minutes: Lambda bills in one-minute increments, from running to terminated.
  billedTime: { incrementSeconds: 60, leastSeconds: 0 },
  images: 'fixed',
  // Why: its firewall lets SSH in alone, and its rules are the account's, shared by all tenants.
  ports: 'tunnel',
  environment: 'lines',
  // Why so long: machines with eight GPUs take up to a quarter of an hour.
  bootBudgetSeconds: 1_200,
  bootPollSeconds: 15,
  fleetPollSeconds: 60,
  // Why over a minute: a begun minute is billed whole.
  teardownSeconds: 90,
  listLagSeconds: 20,
}

/** A launch that would wait longer for its turn is better tried elsewhere first. */
const MAX_LAUNCH_WAIT_MS = 40_000

const launchDataSchema = z.object({ instanceType: z.string(), region: z.string() })

/** Lambda on-demand virtual machines. */
export function createLambdaProvider(options: LambdaOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestIntervalMs = 1_050, launchIntervalMs = 12_000 } = options
  const report = reportOnce(options.report)
  const pacer = createPacer({
    provider: NAME,
    limits: [{ requests: 1, windowMs: requestIntervalMs }],
    timeScale: options.timeScale,
  })
  const launchPacer = createPacer({
    provider: NAME,
    limits: [{ requests: 1, windowMs: launchIntervalMs }],
    timeScale: options.timeScale,
    maxWaitMs: MAX_LAUNCH_WAIT_MS,
  })
  const api = createLambdaApi({ provider: NAME, baseUrl, apiKey, pacer, launchPacer })
  const doorKey = createDoorKey({ api })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createInstanceMap({ provider: NAME, report })

  async function living(signal: AbortSignal): Promise<Instance[]> {
    return (await api.instances(signal)).map(instanceOf).filter(({ state }) => state !== 'gone')
  }

  async function launch(body: Parameters<typeof api.launch>[0], signal: AbortSignal): Promise<string> {
    await doorKey.ensure(signal)
    try {
      return await api.launch(body, signal)
    } catch (error) {
      if (!isMissingObject(error) || !(await doorKey.restore(signal))) throw error
      return await api.launch(body, signal)
    }
  }

  return {
    name: NAME,
    account,
    displayName: 'Lambda',
    capabilities: CAPABILITIES,
    async listOffers(signal) {
      return (await api.catalog(signal)).flatMap(offersOf)
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      const body = launchBodyOf({ provider: NAME, request, launchData, sshKeyName: DOOR_KEY_NAME })
      return orderedInstance(await launch(body, signal), request, 'launched')
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
      await api.terminate(id, signal)
    },
    async close() {
      pacer.close()
      launchPacer.close()
    },
  }
}

/** Refused for certain, because something that the launch names is not there: perhaps our key, removed by hand. */
const isMissingObject = (error: unknown): boolean =>
  error instanceof ProviderError && error.words.includes(MISSING_OBJECT)
