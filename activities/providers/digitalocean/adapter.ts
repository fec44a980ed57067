import { z } from 'zod'
import { goneInstance } from '../gone-instance.ts'
import { createPacer } from '../http/pacer.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { readLaunchData } from '../launch-data.ts'
import { parseMarker } from '../marker.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { orderPower } from '../power-order.ts'
import { ProviderError } from '../provider-error.ts'
import { createDigitalOceanApi, type DigitalOceanApi, type PowerAction } from './api.ts'
import { createBodyOf, createDropletMap } from './map.ts'
import { createOfferMap } from './offers.ts'

export interface DigitalOceanOptions {
  apiKey: string
  /** `https://api.digitalocean.com/v2` for the real one. */
  baseUrl: string
  account?: string
  /** DigitalOcean grants a token 5,000, and never more than a twentieth of them in a minute. */
  requestsPerHour?: number
  /** Times every window of its limits on requests; 1 for the real one. */
  timeScale?: number
  report: ReportOddity
}

const NAME = 'digitalocean'

const CAPABILITIES: Capabilities = {
  podKind: 'vm',
  aggregator: false,
  // Why: the disk and the board stay reserved while a droplet is off, and so does its price.
  stopStart: 'keeps_disk_bills_full',
  spot: false,
  logs: false,
  billingReadout: 'never',
  // Why five minutes: GPU Droplets are billed by the second, and never for less.
  billedTime: { incrementSeconds: 1, leastSeconds: 300 },
  images: 'fixed',
  // Why: nothing stands in front of its public addresses.
  ports: 'open',
  environment: 'lines',
  bootBudgetSeconds: 900,
  bootPollSeconds: 10,
  fleetPollSeconds: 60,
  teardownSeconds: 60,
  listLagSeconds: 20,
}

const launchDataSchema = z.object({ size: z.string(), region: z.string(), image: z.string() })

/** DigitalOcean GPU Droplets. */
export function createDigitalOceanProvider(options: DigitalOceanOptions): Provider {
  const { apiKey, baseUrl, account = NAME, requestsPerHour = 5_000 } = options
  const report = reportOnce(options.report)
  const pacer = createPacer({
    provider: NAME,
    limits: [
      { requests: Math.ceil(requestsPerHour / 20), windowMs: 60_000 },
      { requests: requestsPerHour, windowMs: 3_600_000 },
    ],
    timeScale: options.timeScale,
  })
  const api = createDigitalOceanApi({ provider: NAME, baseUrl, apiKey, pacer })
  const offersOf = createOfferMap({ provider: NAME, report })
  const instanceOf = createDropletMap({ provider: NAME, report })

  const droplets = async (signal: AbortSignal): Promise<Instance[]> =>
    (await api.gpuDroplets(signal)).map(instanceOf)

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const droplet = await api.droplet(id, signal)
    return droplet === null ? goneInstance(id) : instanceOf(droplet)
  }

  const power = createPower({ api, describe })

  return {
    name: NAME,
    account,
    displayName: 'DigitalOcean',
    capabilities: CAPABILITIES,
    describe,
    async listOffers(signal) {
      return (await api.sizes(signal)).flatMap(offersOf)
    },
    async launch(request, signal) {
      const launchData = readLaunchData({ provider: NAME, schema: launchDataSchema, offer: request.offer })
      return instanceOf(
        await api.createDroplet(createBodyOf({ provider: NAME, request, launchData }), signal),
      )
    },
    async findByMarker(marker, signal) {
      return (await droplets(signal)).filter((instance) => instance.marker === marker)
    },
    async listOwned(signal) {
      return (await droplets(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    async terminate(id, signal) {
      await api.destroyDroplet(id, signal)
    },
    stop: (id, signal) => power({ id, wish: 'stop', action: 'shutdown', signal }),
    start: (id, signal) => power({ id, wish: 'start', action: 'power_on', signal }),
    async close() {
      pacer.close()
    },
  }
}

interface PowerWish {
  id: string
  wish: 'start' | 'stop'
  action: PowerAction
  signal: AbortSignal
}

function createPower({ api, describe }: { api: DigitalOceanApi } & Pick<Provider, 'describe'>) {
  /** False where there is no such droplet; what is under way already is not ordered again. */
  async function order({ id, action, signal }: PowerWish): Promise<boolean> {
    try {
      return await api.act(id, action, signal)
    } catch (error) {
      const busy = error instanceof ProviderError && error.kind === 'not_yet'
      if (busy && (await api.isUnderWay(id, action, signal))) return true
      throw error
    }
  }

  return (wish: PowerWish): Promise<void> =>
    orderPower({
      provider: NAME,
      id: wish.id,
      wish: wish.wish,
      order: () => order(wish),
      describe: () => describe(wish.id, wish.signal),
    })
}
