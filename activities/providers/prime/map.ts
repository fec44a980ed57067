import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, LaunchRequest, SshEndpoint } from '../port.ts'
import { microsFromUsd } from '../usd.ts'
import type { CreatePodBody } from './api.ts'
import { firstOf, sshEndpointOf } from './connection.ts'
import type { PrimeLaunchData } from './offers.ts'
import type { PrimePod } from './schema.ts'

const SSH_PORT = 22

/** Prime's pods in our words. */
export function createPodMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'pod status',
    words: {
      PROVISIONING: 'provisioning',
      PENDING: 'provisioning',
      ACTIVE: 'running',
      STOPPED: 'stopped',
      ERROR: 'failed',
      DELETING: 'terminating',
      TERMINATED: 'gone',
    },
    otherwise: 'unknown',
    report,
  })
  const installedStateOf = createWordMap<InstanceState>({
    provider,
    what: 'installation status',
    words: { PENDING: 'provisioning', FINISHED: 'running', ERROR: 'failed' },
    otherwise: 'unknown',
    report,
  })

  function stateOfPod({ status, installationStatus }: PrimePod, ssh: SshEndpoint | null): InstanceState {
    const state = stateOf(status)
    if (state !== 'running') return state
    // Why: active comes before Prime has installed what it needs there; until then its sshd may not know the key.
    const installed = installationStatus ? installedStateOf(installationStatus) : 'running'
    return installed === 'running' && ssh === null ? 'provisioning' : installed
  }

  return function instanceOf(pod: PrimePod): Instance {
    const ssh = sshEndpointOf(pod.sshConnection)
    const state = stateOfPod(pod, ssh)
    return {
      id: pod.id,
      marker: pod.name ?? null,
      state,
      rawStatus: pod.status,
      ssh: state === 'gone' ? null : ssh,
      hostId: null,
      gpu: pod.gpuName ? { rawName: pod.gpuName, count: pod.gpuCount ?? 1 } : null,
      upstreamMicrosPerHour: pod.priceHr == null ? null : microsFromUsd(pod.priceHr),
      createdAt: pod.createdAt ?? null,
      ports: state === 'gone' ? [] : portsOf(pod, ssh),
      statusMessage: pod.installationFailure || null,
    }
  }
}

/** What else is mapped may be a web address, which is none of a port. */
function portsOf({ primePortMapping, ip }: PrimePod, ssh: SshEndpoint | null): Instance['ports'] {
  const host = firstOf(ip) ?? ssh?.host
  if (host === undefined) return []
  const others = (primePortMapping ?? [])
    .map(({ internal, external }) => ({ privatePort: Number(internal), host, publicPort: Number(external) }))
    .filter(({ privatePort, publicPort }) => isPort(privatePort) && isPort(publicPort))
    .filter(({ privatePort }) => privatePort !== SSH_PORT)
  return ssh === null ? others : [{ privatePort: SSH_PORT, host: ssh.host, publicPort: ssh.port }, ...others]
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536

/** The create body; the key is the one that was registered for this launch alone. */
export function createBodyOf(
  { marker, diskGib, env, offer }: LaunchRequest,
  launchData: PrimeLaunchData,
  sshKeyId: string,
): CreatePodBody {
  const { provider, cloudId, gpuType, socket, gpuCount, image, vcpus, memory, sizedDisk } = launchData
  const { dataCenterId, country, security } = launchData
  return {
    pod: {
      name: marker,
      cloudId,
      gpuType,
      socket,
      gpuCount,
      ...(sizedDisk && { diskSize: Math.max(diskGib, offer.disk.includedGib) }),
      ...(vcpus !== null && { vcpus }),
      ...(memory !== null && { memory }),
      ...(image !== null && { image }),
      ...(dataCenterId !== null && { dataCenterId }),
      ...(country !== null && { country }),
      ...(security !== null && { security }),
      envVars: Object.entries(env).map(([key, value]) => ({ key, value })),
      sshKeyId,
      autoRestart: false,
    },
    provider: { type: provider },
  }
}
