import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, LaunchRequest, SshEndpoint } from '../port.ts'
import { microsFromCents } from '../usd.ts'
import type { CreateBody } from './api.ts'
import type { ShadeformLaunchData } from './offers.ts'
import type { ShadeformInstance } from './schema.ts'
import { startupScriptOf } from './startup-script.ts'

const DEFAULT_USER = 'shadeform'
const SSH_PORT = 22

/** Shadeform's instances in our words. */
export function createInstanceMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'instance status',
    words: {
      creating: 'provisioning',
      pending_provider: 'provisioning',
      pending: 'provisioning',
      active: 'running',
      error: 'failed',
      deleting: 'terminating',
      deleted: 'gone',
    },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf(instance: ShadeformInstance): Instance {
    const { configuration, hourly_price: cents } = instance
    const state = stateOf(instance.status)
    const ssh = sshOf(instance)
    return {
      id: instance.id,
      marker: instance.name ?? null,
      // Why: without an address nobody can use it yet, whatever the word.
      state: state === 'running' && ssh === null ? 'provisioning' : state,
      rawStatus: instance.status,
      ssh: state === 'gone' ? null : ssh,
      hostId: null,
      gpu: configuration ? { rawName: configuration.gpu_type, count: configuration.num_gpus } : null,
      upstreamMicrosPerHour: cents == null ? null : microsFromCents(cents),
      createdAt: isoOf(instance.created_at),
      ports: ssh === null ? [] : portsOf(instance, ssh),
      statusMessage: instance.status_details || null,
    }
  }
}

function sshOf({ ip, ssh_port: port, ssh_user: user }: ShadeformInstance): SshEndpoint | null {
  const host = ip?.trim() ?? ''
  return host === '' ? null : { host, port: port || SSH_PORT, user: user || DEFAULT_USER }
}

function portsOf(
  { port_mappings: mappings }: ShadeformInstance,
  { host, port }: SshEndpoint,
): Instance['ports'] {
  const others = (mappings ?? []).flatMap(({ internal_port: privatePort, external_port: publicPort }) =>
    privatePort && publicPort && privatePort !== SSH_PORT ? [{ privatePort, host, publicPort }] : [],
  )
  return [{ privatePort: SSH_PORT, host, publicPort: port }, ...others]
}

/** "2006-01-02 15:04:05-07:00" is no ISO instant; the year one stands for "never". */
function isoOf(date: string | null | undefined): string | null {
  const atMs = Date.parse(date?.trim().replace(' ', 'T') ?? '')
  return Number.isNaN(atMs) || atMs <= 0 ? null : new Date(atMs).toISOString()
}

/** The create body; the renter's keys go in by a startup script, the image is one of Shadeform's own. */
export function createBodyOf(
  { marker, sshPublicKeys, env }: LaunchRequest,
  { cloud, region, shadeInstanceType, os }: ShadeformLaunchData,
): CreateBody {
  const script = Buffer.from(startupScriptOf(sshPublicKeys)).toString('base64')
  return {
    cloud,
    region,
    shade_instance_type: shadeInstanceType,
    shade_cloud: true,
    name: marker,
    os,
    launch_configuration: { type: 'script', script_configuration: { base64_script: script } },
    envs: Object.entries(env).map(([name, value]) => ({ name, value })),
  }
}
