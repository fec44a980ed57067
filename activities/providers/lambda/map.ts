import { createUserData } from '../cloud-init.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, LaunchRequest } from '../port.ts'
import { sshAddressOf } from '../ssh-address.ts'
import { microsFromCents } from '../usd.ts'
import type { LaunchBody } from './api.ts'
import type { LambdaLaunchData } from './offers.ts'
import type { LambdaInstance } from './schema.ts'

const USER = 'ubuntu'

/** Lambda's instances in our words. */
export function createInstanceMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'instance status',
    words: {
      booting: 'provisioning',
      active: 'running',
      unhealthy: 'failed',
      preempted: 'interrupted',
      terminating: 'terminating',
      terminated: 'gone',
    },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf({ id, name, ip, status, instance_type: type }: LambdaInstance): Instance {
    const state = stateOf(status)
    const ssh = sshAddressOf(ip, USER)
    return {
      id,
      marker: name ?? null,
      // Why: active says that health checks passed; without an address nobody can use it yet.
      state: state === 'running' && ssh === null ? 'provisioning' : state,
      rawStatus: status,
      ssh,
      hostId: null,
      gpu: type ? { rawName: type.gpu_description, count: type.specs.gpus } : null,
      upstreamMicrosPerHour: type ? microsFromCents(type.price_cents_per_hour) : null,
      createdAt: null,
      ports: ssh === null ? [] : [{ privatePort: 22, host: ssh.host, publicPort: ssh.port }],
      statusMessage: null,
    }
  }
}

interface LaunchBodyParts {
  provider: string
  request: LaunchRequest
  launchData: LambdaLaunchData
  /** The registered key that Lambda wants to hear of; nobody holds its private half. */
  sshKeyName: string
}

/** The launch body; the renter's keys go in by cloud-init, the image is Lambda's own. */
export function launchBodyOf({ provider, request, launchData, sshKeyName }: LaunchBodyParts): LaunchBody {
  const { sshPublicKeys, env } = request
  return {
    region_name: launchData.region,
    instance_type_name: launchData.instanceType,
    ssh_key_names: [sshKeyName],
    name: request.marker,
    user_data: createUserData({ provider, sshPublicKeys, env }),
  }
}
