import { actionsOf, paysForCompute, type Pod, wantsSsh } from './pod.ts'

const MICROS_PER_DOLLAR = 1_000_000

/** A pod as RunPod shows it: schema `Pod` of the vendor document. */
export function renderPod(
  pod: Pod,
  { nowMs, host }: { nowMs: number; host: string },
): Record<string, unknown> {
  const { id, name, status, image, args, disk, ports, env, gpu, cloud, dataCenterId, cudaVersion, locked } =
    pod
  return {
    id,
    name,
    status,
    actions: actionsOf(pod),
    image,
    args,
    disk,
    ports,
    env,
    registry: null,
    mounts: pod.persistent === null ? {} : { persistent: pod.persistent },
    gpu,
    cloud,
    dataCenterId,
    cudaVersion,
    ssh: renderSsh(pod, host),
    template: null,
    cost: paysForCompute(pod) ? Number(pod.priceMicrosPerHour) / MICROS_PER_DOLLAR : 0,
    locked,
    globalNetworking: renderGlobalNetworking(pod),
    runtime: renderRuntime(pod, nowMs, host),
    createdAt: new Date(pod.createdAtMs).toISOString(),
    startedAt: pod.startedAtMs === null ? null : new Date(pod.startedAtMs).toISOString(),
  }
}

const hasRuntime = ({ status, withoutRuntime }: Pod): boolean => status === 'RUNNING' && !withoutRuntime

function renderSsh(pod: Pod, host: string): Record<string, unknown> {
  const username = `${pod.id}-64411eb2`
  const proxy = { host: 'ssh.runpod.io', port: 22, username, command: `ssh ${username}@ssh.runpod.io` }
  const port = hasRuntime(pod) && wantsSsh(pod) ? pod.sshPort : null
  const direct = { host, port, username: 'root', command: `ssh root@${host} -p ${port}` }
  return { proxy, direct: port === null ? null : direct }
}

function renderGlobalNetworking({ globalNetworking, id }: Pod): Record<string, unknown> {
  return globalNetworking
    ? { enabled: true, ip: '10.2.0.2', internalDns: `${id}.runpod.internal` }
    : { enabled: false }
}

function renderRuntime(pod: Pod, nowMs: number, host: string): Record<string, unknown> | null {
  if (!hasRuntime(pod) || pod.startedAtMs === null) return null
  return {
    uptime: Math.max(0, Math.floor((nowMs - pod.startedAtMs) / 1000)),
    gpus: Array.from({ length: pod.gpu.count }, () => ({ util: 0, memoryUtil: 0 })),
    cpu: { util: 2 },
    memory: { util: 4 },
    ports: pod.ports.map((entry) => renderPort(entry, pod, host)),
  }
}

/** HTTP ports go through RunPod's web proxy and have no public port of their own. */
function renderPort(entry: string, pod: Pod, host: string): Record<string, unknown> {
  const [privatePort = '', type = ''] = entry.split('/')
  const published = type === 'tcp' ? publicPortOf(Number(privatePort), pod) : null
  return { private: Number(privatePort), public: published, type, ip: published === null ? null : host }
}

/** SSH really listens; any other port has a number as RunPod gives one, and nobody behind it. */
const publicPortOf = (privatePort: number, { sshPort }: Pod): number | null =>
  privatePort === 22 ? sshPort : 10_000 + ((privatePort * 7) % 50_000)
