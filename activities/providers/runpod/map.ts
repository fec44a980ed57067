import type { LaunchRequest, Instance, InstanceState } from '../port.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import type { CreatePodBody } from './api.ts'
import { PERSISTENT_PATH, type RunPodLaunchData, SYSTEM_DISK_GIB } from './offers.ts'
import type { RunPodPod } from './schema.ts'

/** Upstream refuses a smaller persistent mount. */
const MIN_PERSISTENT_GIB = 10

/** RunPod's pods in our words. */
export function createPodMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'pod status',
    words: {
      PROVISIONING: 'provisioning',
      STARTING: 'provisioning',
      RUNNING: 'running',
      EXITED: 'stopped',
      ERROR: 'failed',
      TERMINATED: 'gone',
    },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf(pod: RunPodPod): Instance {
    const state = stateOf(pod.status)
    const direct = pod.ssh.direct
    return {
      id: pod.id,
      marker: pod.name,
      // Why: RUNNING comes before the container has a runtime and an address; until then nobody can use it.
      state: state === 'running' && (pod.runtime === null || direct === null) ? 'provisioning' : state,
      rawStatus: pod.status,
      ssh: direct === null ? null : { host: direct.host, port: direct.port, user: direct.username },
      hostId: null,
      gpu: pod.gpu ? { rawName: pod.gpu.id, count: pod.gpu.count } : null,
      upstreamMicrosPerHour: microsFromUsd(pod.cost),
      createdAt: pod.createdAt,
      ports: (pod.runtime?.ports ?? []).flatMap(({ private: privatePort, public: publicPort, type, ip }) =>
        type === 'tcp' && privatePort && publicPort && ip ? [{ privatePort, host: ip, publicPort }] : [],
      ),
      statusMessage: null,
    }
  }
}

/** The create body for a launch; the keys go in by env, since the account's own key set is shared by all tenants. */
export function createBodyOf(
  request: LaunchRequest,
  { gpuId, gpuCount, cloud, dataCenterId }: RunPodLaunchData,
): CreatePodBody {
  const ports = [22, ...request.ports.filter((port) => port !== 22)]
  return {
    name: request.marker,
    image: request.image,
    gpu: { id: gpuId, count: gpuCount },
    cloud,
    ...(dataCenterId === null ? {} : { dataCenterIds: [dataCenterId] }),
    disk: SYSTEM_DISK_GIB,
    mounts: { persistent: { size: Math.max(MIN_PERSISTENT_GIB, request.diskGib), path: PERSISTENT_PATH } },
    ports: ports.map((port) => `${port}/tcp`),
    env: { ...request.env, PUBLIC_KEY: request.sshPublicKeys.join('\n') },
  }
}
