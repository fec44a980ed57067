import type Docker from 'dockerode'
import { goneInstance } from '../gone-instance.ts'
import { type ReportOddity, reportOnce } from '../http/status-words.ts'
import { linesAfter, resumeAtMs } from '../log-lines.ts'
import { parseMarker } from '../marker.ts'
import type { Capabilities, Instance, Provider } from '../port.ts'
import { ProviderError } from '../provider-error.ts'
import { readContainerLogs } from './container-logs.ts'
import { createContainerMap, LABELS, STOPPED_SUFFIX } from './container-map.ts'
import { createEngine, type Engine } from './engine.ts'
import { createGpuStock } from './gpu-stock.ts'
import { createLauncher } from './launcher.ts'
import { type DockerTerms, offersOfMachine } from './offers.ts'
import { buildPodImage, POD_IMAGE } from './pod-image/build-pod-image.ts'

export interface DockerOptions {
  docker: Docker
  /** Kept apart by label from other installations on the same engine. */
  account?: string
  terms: DockerTerms
  /** Where pods' ports are published; 127.0.0.1 keeps them to this machine. */
  publishAddress: string
  /** What nvidia-smi is run in, to learn which GPUs this machine has. */
  gpuProbeImage?: string
  report: ReportOddity
}

const NAME = 'docker'

const CAPABILITIES: Capabilities = {
  podKind: 'container',
  aggregator: false,
  stopStart: 'keeps_disk_and_gpu',
  spot: false,
  logs: true,
  // Why not: this machine sends no bill.
  billingReadout: 'never',
  billedTime: { incrementSeconds: 1, leastSeconds: 0 },
  images: 'any',
  ports: 'published',
  environment: 'any',
  bootBudgetSeconds: 60,
  bootPollSeconds: 1,
  fleetPollSeconds: 5,
  teardownSeconds: 15,
  listLagSeconds: 0,
}

/** Real containers on any Docker engine: this machine's own market, and the shortest way from a launch to a shell. */
export function createDockerProvider(options: DockerOptions): Provider {
  const { docker, account = NAME, terms, publishAddress, gpuProbeImage = POD_IMAGE } = options
  const report = reportOnce(options.report)
  const engine = createEngine({ docker, provider: NAME })
  const map = createContainerMap({ provider: NAME, report })
  const labels = [`${LABELS.account}=${account}`, LABELS.marker]
  const ensureImage = imageKeeper(docker, engine)
  const probeImage = async (signal: AbortSignal): Promise<string> => {
    await ensureImage(gpuProbeImage, signal)
    return gpuProbeImage
  }
  const common = { provider: NAME, account, engine, labels }
  const gpuStock = createGpuStock({ ...common, probeImage, report })
  const launch = createLauncher({ ...common, gpuStock, maxPods: terms.maxPods, publishAddress, ensureImage })

  async function describe(id: string, signal: AbortSignal): Promise<Instance> {
    const container = await engine.inspect(id, signal)
    return container === null ? goneInstance(id) : map.ofInspected(container)
  }

  async function owned(signal: AbortSignal): Promise<Instance[]> {
    return (await engine.list(labels, signal)).map(map.ofListed)
  }

  return {
    name: NAME,
    account,
    displayName: 'This machine',
    capabilities: CAPABILITIES,
    describe,
    async listOffers(signal) {
      const info = await engine.info(signal)
      const [containers, gpus] = await Promise.all([engine.list(labels, signal), gpuStock.free(info, signal)])
      return offersOfMachine({ info, terms, gpus, podsLeft: terms.maxPods - containers.length })
    },
    async launch(request, signal) {
      return describe(await launch(request, signal), signal)
    },
    async findByMarker(marker, signal) {
      return (await owned(signal)).filter((instance) => instance.marker === marker)
    },
    async listOwned(signal) {
      return (await owned(signal)).filter(({ marker }) => marker !== null && parseMarker(marker) !== null)
    },
    terminate: (id, signal) => engine.remove(id, signal),
    async stop(id, signal) {
      const { marker } = await describe(id, signal)
      if (marker === null) return
      // Why renamed first: whoever looks in between must not take our stop for a failure.
      await engine.rename(id, `${marker}${STOPPED_SUFFIX}`, signal)
      await engine.stop(id, signal)
    },
    async start(id, signal) {
      const { marker } = await describe(id, signal)
      if (marker === null) {
        const words = `there is no pod ${id} to start`
        throw new ProviderError({ provider: NAME, kind: 'invalid_request', words, status: 404 })
      }
      await engine.start(id, signal)
      await engine.rename(id, marker, signal)
    },
    async logs(id, after, signal) {
      const stream = await engine.logs(id, resumeAtMs(after), signal)
      return stream === null ? [] : linesAfter(readContainerLogs(stream), after)
    },
    // Why empty: every call opens and ends its own connection to the engine.
    async close() {},
  }
}

/** Our own image is made, others are pulled where the engine does not have them. */
function imageKeeper(docker: Docker, engine: Engine): (image: string, signal: AbortSignal) => Promise<void> {
  return async (image, signal) => {
    if (image === POD_IMAGE) await buildPodImage({ docker, signal })
    else if (!(await engine.hasImage(image, signal))) await engine.pull(image, signal)
  }
}
