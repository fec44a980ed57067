import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { parseMarker } from '../marker.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { createVerdaApi } from './api.ts'
import { readCatalog } from './catalog.ts'
import { createInstanceMap } from './map.ts'
import { createOrders } from './orders.ts'
import type { VerdaCredentials } from './token.ts'

export interface VerdaOptions {
  credentials: VerdaCredentials
  /** `https://api.verda.com/v1` for the real one. */
  baseUrl: string
  account?: string
  /** Verda publishes no limit; this many stays modest, and a 429 makes all callers wait. */
  requestsPerMinute?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'verda'

const CAPABILITIES: Capabilities = {
  podKind: 'vm',
  aggregator: false,
  // Why not hibernation: it deletes the machine, and restoring needs a free one.
  stopStart: 'keeps_disk_bills_full',
  spot: true,
  logs: false,
  billingReadout: 'never',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'fixed',
  // Why: nothing stands in front of its public addresses.
  ports: 'open',
  environment: 'lines',
  bootBudgetSeconds: 1_200,
  bootPollSeconds: 10,
  fleetPollSeconds: 60,
  teardownSeconds: 120,
  listLagSeconds: 20,
}

/** Verda (formerly DataCrunch) virtual machines, on demand and spot. */
export function createVerdaProvider(options: VerdaOptions): Provider {
  const { credentials, baseUrl, account = NAME, requestsPerMinute = 240 } = options
  const report = reportOnce(options.report)
  const pacer = createPacer({
    provider: NAME,
    limits: [{ requests: requestsPerMinute, windowMs: 60_000 }],
    timeScale: options.timeScale,
  })
  const api = createVerdaApi({ provider: NAME, baseUrl, credentials, pacer })
  const instanceOf = createInstanceMap({ provider: NAME, report })

  async function living(signal: AbortSignal): Promise<Instance[]> {
    return (await api.instances(signal)).map(instanceOf).filter(({ state }) => state !== 'gone')
  }

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const instance = await api.instance(id, signal)
    return instance === null ? goneInstance(id) : instanceOf(instance)
  }

  const orders = createOrders({ provider: NAME, api, report, describe })

  return {
    name: NAME,
    account,
    displayName: 'Verda',
    capabilities: CAPABILITIES,
    describe,
    launch: orders.launch,
    terminate: orders.terminate,
    forget: orders.forget,
    listOffers: (signal) => readCatalog({ provider: NAME, api, report, signal }),
    async findByMarker(marker, signal) {
      return (await living(signal)).filter((instance) => instance.marker === marker)
    },
    async listOwned(signal) {
      return (await living(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    stop: (id, signal) => orders.power('stop', id, signal),
    start: (id, signal) => orders.power('start', id, signal),
    async close() {
      pacer.close()
    },
  }
}
