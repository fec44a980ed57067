import Docker, { type ContainerCreateOptions, type ContainerInfo, type ContainerInspectInfo } from 'dockerode'
import {
  type CallEngine,
  createCallEngine,
  done,
  type EngineCall,
  falseOn404,
  nullOn404,
} from './engine-call.ts'
import type { ProviderError } from '../provider-error.ts'

/** The calls of the Docker Engine API that the adapter makes; each bound in time, each failure a `ProviderError`. */
export type Engine = ReturnType<typeof createEngine>

/** What the engine says of itself, as far as we read it. */
export interface EngineInfo {
  vcpus: number
  memoryBytes: number
  /** Whether NVIDIA boards can be given to a container, and by which of Docker's two ways. */
  nvidia: 'runtime' | 'cdi' | null
}

const START_TIMEOUT_MS = 60_000
/** A CUDA image is many gigabytes. */
const PULL_TIMEOUT_MS = 15 * 60_000
const STOP_GRACE_SECONDS = 10
const MAX_LOG_LINES = 1_000

/** A client for `DOCKER_HOST`: `unix:///path`, `tcp://host:port`; null is this machine's own socket. */
export function connectDocker(host: string | null): Docker {
  const url = new URL(host ?? 'unix:///var/run/docker.sock')
  if (url.protocol === 'unix:') return new Docker({ socketPath: url.pathname })
  if (url.protocol === 'tcp:' || url.protocol === 'http:') {
    return new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port || 2375) })
  }
  throw new Error(`DOCKER_HOST must be unix:///path or tcp://host:port, not ${host}`)
}

export function createEngine({ docker, provider }: { docker: Docker; provider: string }) {
  const call = createCallEngine(provider)
  return { ...readsOf(docker, call), ...changesOf(docker, call), ...imagesOf(docker, call) }
}

const read = (what: string, signal: AbortSignal): EngineCall => ({ what, effect: 'none', signal })
const change = (what: string, signal: AbortSignal): EngineCall => ({
  what,
  effect: 'repeatable',
  signal,
  timeoutMs: START_TIMEOUT_MS,
})

function readsOf(docker: Docker, call: CallEngine) {
  return {
    async info(signal: AbortSignal): Promise<EngineInfo> {
      const info = (await call(read('info', signal), () => docker.info())) as RawInfo
      const cdi = info.DiscoveredDevices?.some(({ ID }) => ID?.startsWith('nvidia.com/gpu')) ?? false
      const runtime = info.Runtimes !== undefined && 'nvidia' in info.Runtimes
      return {
        vcpus: info.NCPU,
        memoryBytes: info.MemTotal,
        nvidia: cdi ? 'cdi' : runtime ? 'runtime' : null,
      }
    },
    list: (labels: string[], signal: AbortSignal): Promise<ContainerInfo[]> =>
      call(read('list containers', signal), (abortSignal) =>
        docker.listContainers({ all: true, filters: { label: labels }, abortSignal }),
      ),
    /** Null where there is no such container. */
    inspect: (id: string, signal: AbortSignal): Promise<ContainerInspectInfo | null> =>
      nullOn404(
        call(read('inspect container', signal), (abortSignal) =>
          docker.getContainer(id).inspect({ abortSignal }),
        ),
      ),
    /** Both streams with their times, as the engine frames them; null where there is no such container. */
    logs(id: string, sinceMs: number | null, signal: AbortSignal): Promise<Buffer | null> {
      const part = sinceMs === null ? { tail: MAX_LOG_LINES } : { since: sinceMs / 1000 }
      const options = { stdout: true, stderr: true, timestamps: true, follow: false as const, ...part }
      return nullOn404(
        call(read('read logs', signal), (abortSignal) =>
          docker.getContainer(id).logs({ ...options, abortSignal }),
        ),
      )
    },
    wait: (id: string, signal: AbortSignal): Promise<unknown> =>
      call({ ...read('wait for container', signal), timeoutMs: START_TIMEOUT_MS }, (abortSignal) =>
        docker.getContainer(id).wait({ abortSignal }),
      ),
  }
}

function changesOf(docker: Docker, call: CallEngine) {
  return {
    /** Ambiguous like any create; the engine's unique names make a second one with the same marker impossible. */
    create: (options: ContainerCreateOptions, signal: AbortSignal): Promise<string> =>
      call({ what: 'create container', effect: 'once', signal }, async (abortSignal) => {
        return (await docker.createContainer({ ...options, abortSignal })).id
      }),
    start: (id: string, signal: AbortSignal): Promise<void> =>
      done(
        call(change('start container', signal), (abortSignal) =>
          docker.getContainer(id).start({ abortSignal }),
        ),
      ),
    /** False where there is no such container. */
    stop: (id: string, signal: AbortSignal): Promise<boolean> =>
      falseOn404(
        call(change('stop container', signal), (abortSignal) =>
          docker.getContainer(id).stop({ t: STOP_GRACE_SECONDS, abortSignal }),
        ),
      ),
    /** False where there is no such container; fine where it has that name already. */
    rename: (id: string, name: string, signal: AbortSignal): Promise<boolean> =>
      falseOn404(
        call(change('rename container', signal), (abortSignal) =>
          docker.getContainer(id).rename({ name, abortSignal }),
        ),
      ),
    /** With its volumes, running or not; fine where it is gone or on its way. */
    async remove(id: string, signal: AbortSignal): Promise<void> {
      const removal = call(change('remove container', signal), (abortSignal) =>
        docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      )
      await removal.catch((error: ProviderError) => {
        if (error.status !== 404 && error.status !== 409) throw error
      })
    },
  }
}

function imagesOf(docker: Docker, call: CallEngine) {
  return {
    async hasImage(image: string, signal: AbortSignal): Promise<boolean> {
      const found = await nullOn404(
        call(read('inspect image', signal), () => docker.getImage(image).inspect()),
      )
      return found !== null
    },
    pull: (image: string, signal: AbortSignal): Promise<void> =>
      call({ ...change(`pull ${image}`, signal), timeoutMs: PULL_TIMEOUT_MS }, async (abortSignal) => {
        const progress = await docker.pull(image, { abortSignal })
        await new Promise<void>((resolve, reject) => {
          docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()))
        })
      }),
  }
}

interface RawInfo {
  NCPU: number
  MemTotal: number
  Runtimes?: Record<string, unknown>
  /** Since engine 28: devices of the Container Device Interface. */
  DiscoveredDevices?: { ID?: string }[]
}
