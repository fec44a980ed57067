import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, SshEndpoint } from '../port.ts'
import { sshAddressOf } from '../ssh-address.ts'
import { microsFromUsd } from '../usd.ts'
import type { TensorDockInstance } from './schema.ts'

const SSH_PORT = 22
/** Whom the first boot lets in: the images' own user differs from host to host. */
const USER = 'root'

/** TensorDock's instances in our words. */
export function createInstanceMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'instance status',
    words: {
      queued: 'provisioning',
      creating: 'provisioning',
      provisioning: 'provisioning',
      starting: 'provisioning',
      running: 'running',
      stopping: 'stopping',
      stopped: 'stopped',
      stoppeddisassociated: 'stopped',
      deleting: 'terminating',
      deleted: 'gone',
      terminated: 'gone',
      error: 'failed',
      failed: 'failed',
    },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf(instance: TensorDockInstance): Instance {
    const { id, name, status, address, rateHourly } = instance
    const said = stateOf(comparable(status))
    const ssh = said === 'running' ? sshOf(instance) : null
    const gpu = Object.entries(instance.gpus)[0]
    return {
      id,
      marker: name,
      // Why the address must be told: the list tells none, and what it calls running is.
      state: said === 'running' && address !== undefined && ssh === null ? 'provisioning' : said,
      rawStatus: status,
      ssh,
      hostId: null,
      gpu: gpu ? { rawName: gpu[0], count: gpu[1].count } : null,
      upstreamMicrosPerHour: rateHourly === null ? null : microsFromUsd(rateHourly),
      createdAt: null,
      ports: ssh === null ? [] : portsOf(instance, ssh),
      statusMessage: null,
    }
  }
}

/** "StoppedDisassociated", "stopped_disassociated" and "stopped disassociated" are one word. */
const comparable = (status: string): string => status.toLowerCase().replace(/[^a-z]/g, '')

/** Through the port that the host forwards, or on the machine's own address. */
function sshOf({ address, forwards }: TensorDockInstance): SshEndpoint | null {
  const endpoint = sshAddressOf(address, USER)
  const forward = forwards.find(({ internal_port }) => internal_port === SSH_PORT)
  return endpoint && forward ? { ...endpoint, port: forward.external_port } : endpoint
}

function portsOf({ forwards }: TensorDockInstance, ssh: SshEndpoint): Instance['ports'] {
  if (forwards.length === 0) return [{ privatePort: SSH_PORT, host: ssh.host, publicPort: ssh.port }]
  return forwards.map(({ internal_port: privatePort, external_port: publicPort }) => ({
    privatePort,
    host: ssh.host,
    publicPort,
  }))
}
