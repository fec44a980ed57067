import { createUserData } from '../cloud-init.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, LaunchRequest, SshEndpoint } from '../port.ts'
import { sshAddressOf } from '../ssh-address.ts'
import type { CreateVmBody, SecurityRule } from './api.ts'
import { DOOR_KEY_NAME, environmentOf } from './environments.ts'
import type { HyperstackLaunchData } from './offers.ts'
import type { HyperstackVm } from './schema.ts'

const USER = 'ubuntu'
const SSH_PORT = 22

/** Hyperstack's machines in our words. */
export function createVmMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'machine status',
    words: {
      CREATING: 'provisioning',
      BUILD: 'provisioning',
      RESTORING: 'provisioning',
      ACTIVE: 'running',
      HIBERNATING: 'stopping',
      HIBERNATED: 'stopped',
      SHUTOFF: 'stopped',
      DELETING: 'terminating',
      ERROR: 'failed',
    },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf(vm: HyperstackVm): Instance {
    const state = stateOf(vm.status)
    const ssh = state === 'running' || state === 'unknown' ? doorOf(vm) : null
    const { gpu, gpu_count: gpuCount } = vm.flavor ?? {}
    return {
      id: String(vm.id),
      marker: vm.name,
      // Why: the address comes later than ACTIVE; until then nobody can use the machine.
      state: state === 'running' && ssh === null ? 'provisioning' : state,
      rawStatus: vm.status,
      ssh,
      hostId: null,
      gpu: gpu && gpuCount ? { rawName: gpu, count: gpuCount } : null,
      upstreamMicrosPerHour: null,
      createdAt: vm.created_at ?? null,
      ports: ssh === null ? [] : [{ privatePort: SSH_PORT, host: ssh.host, publicPort: ssh.port }],
      statusMessage: messageOf(vm),
    }
  }
}

function doorOf({ floating_ip, floating_ip_status, port_randomization }: HyperstackVm): SshEndpoint | null {
  const attached = /^attached$/i.test(floating_ip_status ?? '')
  return attached && port_randomization !== true ? sshAddressOf(floating_ip, USER) : null
}

function messageOf({ status, port_randomization }: HyperstackVm): string | null {
  if (status === 'SHUTOFF') return 'Hyperstack bills a machine that is shut off in full'
  if (port_randomization === true)
    return 'its ports are randomized, and Hyperstack does not tell which is SSH'
  return null
}

interface CreateBodyParts {
  provider: string
  request: LaunchRequest
  launchData: HyperstackLaunchData
}

/** The create body; the renter's keys go in by cloud-init, the image is Hyperstack's own. */
export function createBodyOf({ provider, request, launchData }: CreateBodyParts): CreateVmBody {
  const { marker, sshPublicKeys, env, ports } = request
  return {
    name: marker,
    environment_name: environmentOf(launchData.region),
    flavor_name: launchData.flavor,
    image_name: launchData.image,
    key_name: DOOR_KEY_NAME,
    count: 1,
    assign_floating_ip: true,
    enable_port_randomization: false,
    security_rules: [...new Set([SSH_PORT, ...ports])].map(letIn),
    user_data: createUserData({ provider, sshPublicKeys, env }),
  }
}

/** All ports are shut by default, SSH's too. */
const letIn = (port: number): SecurityRule => ({
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: 'tcp',
  remote_ip_prefix: '0.0.0.0/0',
  port_range_min: port,
  port_range_max: port,
})
