import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { parseMarker } from '../marker.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { microsFromUsd } from '../usd.ts'
import { createHyperstackApi } from './api.ts'
import { createVmMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { createOrders } from './orders.ts'

export interface HyperstackOptions {
  apiKey: string
  /** `https://infrahub-api.nexgencloud.com/v1` for the real one. */
  baseUrl: string
  account?: string
  /** Hyperstack grants an address 500. */
  requestsPerMinute?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'hyperstack'

const CAPABILITIES: Capabilities = {
  podKind: 'vm',
  aggregator: false,
  // Why: a hibernated machine keeps its root disk alone, gives its GPUs back, and needs free ones to come back.
  stopStart: 'keeps_disk_may_lose_gpu',
  spot: false,
  logs: false,
  billingReadout: 'always',
  // Why minutes: Hyperstack bills by the minute, a begun one whole.
  billedTime: { incrementSeconds: 60, leastSeconds: 0 },
  images: 'fixed',
  ports: 'open',
  environment: 'lines',
  bootBudgetSeconds: 1_200,
  bootPollSeconds: 15,
  fleetPollSeconds: 60,
  // Why over a minute: a begun minute is billed whole.
  teardownSeconds: 90,
  listLagSeconds: 20,
}

/** Hyperstack (NexGen Cloud) virtual machines. */
export function createHyperstackProvider(options: HyperstackOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestsPerMinute = 500, timeScale } = options
  const report = reportOnce(options.report)
  const limits = [{ requests: requestsPerMinute, windowMs: 60_000 }]
  const pacer = createPacer({ provider: NAME, limits, timeScale })
  const api = createHyperstackApi({ provider: NAME, baseUrl, apiKey, pacer })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createVmMap({ provider: NAME, report })

  const machines = async (signal: AbortSignal): Promise<Instance[]> => (await api.vms(signal)).map(instanceOf)

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const vm = await api.vm(id, signal)
    return vm === null ? goneInstance(id) : instanceOf(vm)
  }

  const orders = createOrders({ provider: NAME, api, instanceOf, describe })

  return {
    name: NAME,
    account,
    displayName: 'Hyperstack',
    capabilities: CAPABILITIES,
    describe,
    launch: orders.launch,
    stop: orders.stop,
    start: orders.start,
    async listOffers(signal) {
      const [flavors, stocks, prices, images] = await Promise.all([
        api.flavors(signal),
        api.stocks(signal),
        api.prices(signal),
        api.images(signal),
      ])
      return offersOf({ flavors, stocks, prices, images })
    },
    async findByMarker(marker, signal) {
      return (await machines(signal)).filter((instance) => instance.marker === marker)
    },
    async listOwned(signal) {
      return (await machines(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      await api.deleteVm(id, signal)
    },
    async costSoFar(id, signal) {
      const bills = await api.billsUsd(id, signal)
      return bills.reduce((sum, usd) => sum + BigInt(microsFromUsd(usd)), 0n)
    },
    async close() {
      pacer.close()
    },
  }
}
