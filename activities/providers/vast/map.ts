import { environmentFileOf } from '../environment-file.ts'
import type { ReportOddity } from '../http/status-words.ts'
import type { Instance, LaunchRequest, SshEndpoint } from '../port.ts'
import { microsFromUsd } from '../usd.ts'
import type { CreateBody } from './api.ts'
import type { VastLaunchData } from './offers.ts'
import type { VastInstance } from './schema.ts'
import { createStateMap } from './state.ts'

const USER = 'root'
const MICROS_PER_DOLLAR = 1_000_000

/** Vast's instances in our words. */
export function createInstanceMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createStateMap({ provider, report })

  return function instanceOf(instance: VastInstance): Instance {
    const state = stateOf(instance)
    const running = instance.actual_status === 'running'
    const ports = running ? portsOf(instance) : []
    const ssh = running ? sshOf(instance, ports) : null
    return {
      id: String(instance.id),
      marker: instance.label ?? null,
      state: state === 'running' && ssh === null ? 'provisioning' : state,
      rawStatus: instance.actual_status ?? 'null',
      ssh,
      ...machineOf(instance),
      upstreamMicrosPerHour: priceOf(running ? instance.dph_total : instance.storage_total_cost),
      ports,
      statusMessage: instance.status_msg?.trim() || null,
    }
  }
}

function machineOf(instance: VastInstance): Pick<Instance, 'hostId' | 'gpu' | 'createdAt'> {
  const { machine_id: machineId, gpu_name: rawName, num_gpus: count, start_date: start } = instance
  return {
    hostId: machineId === null || machineId === undefined ? null : String(machineId),
    gpu: rawName && count ? { rawName, count } : null,
    createdAt: start ? new Date(start * 1000).toISOString() : null,
  }
}

const priceOf = (usd: number | null | undefined): number | null =>
  usd === null || usd === undefined ? null : microsFromUsd(usd)

function portsOf({ ports, public_ipaddr: address }: VastInstance): Instance['ports'] {
  const host = address?.trim()
  if (!host) return []
  return Object.entries(ports ?? {}).flatMap(([name, bindings]) => {
    const privatePort = Number(/^(\d+)\/tcp$/.exec(name)?.[1])
    const publicPort = Number(bindings?.[0]?.HostPort)
    return privatePort > 0 && publicPort > 0 ? [{ privatePort, host, publicPort }] : []
  })
}

/** Directly where 22 is published, else through Vast's proxy. */
function sshOf(
  { ssh_host: host, ssh_port: port }: VastInstance,
  ports: Instance['ports'],
): SshEndpoint | null {
  const direct = ports.find(({ privatePort }) => privatePort === 22)
  if (direct) return { host: direct.host, port: direct.publicPort, user: USER }
  return host && port ? { host: host.trim(), port, user: USER } : null
}

const KEYS = 'BERTH_SSH_KEYS'
const ENVIRONMENT = 'BERTH_ENVIRONMENT'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Runs at every start of the container, after Vast has put an SSH server into it. Knows no value, only where they are. */
const ON_START = [
  'mkdir -p ~/.ssh && chmod 700 ~/.ssh',
  `echo "$${KEYS}" | base64 -d >> ~/.ssh/authorized_keys`,
  'chmod 600 ~/.ssh/authorized_keys',
  `echo "$${ENVIRONMENT}" | base64 -d >> /etc/environment`,
].join('\n')

interface CreateBodyParts {
  provider: string
  request: LaunchRequest
  launchData: VastLaunchData
}

/**
 * The create body. The keys travel with the create, in its environment, rather than by a second call: a pod whose create
 * was not heard then lets its renter in all the same once its label has found it.
 */
export function createBodyOf({ provider, request, launchData }: CreateBodyParts): CreateBody {
  const { env, sshPublicKeys, ports, marker, image, diskGib } = request
  const { bidMicrosPerHour } = launchData
  const published = ports.filter((port) => port !== 22).map((port) => [`-p ${port}:${port}`, '1'] as const)
  return {
    image,
    label: marker,
    disk: diskGib,
    runtype: 'ssh_direct',
    target_state: 'running',
    cancel_unavail: true,
    env: {
      ...env,
      ...Object.fromEntries(published),
      [KEYS]: base64(`${sshPublicKeys.join('\n')}\n`),
      [ENVIRONMENT]: base64(environmentFileOf({ provider, env })),
    },
    onstart: ON_START,
    ...(bidMicrosPerHour !== null && { price: bidMicrosPerHour / MICROS_PER_DOLLAR }),
  }
}
