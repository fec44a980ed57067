import { createUserData } from '../cloud-init.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, LaunchRequest } from '../port.ts'
import { sshAddressOf } from '../ssh-address.ts'
import { microsFromUsd } from '../usd.ts'
import type { CreateDropletBody } from './api.ts'
import type { DigitalOceanLaunchData } from './offers.ts'
import type { DigitalOceanDroplet } from './schema.ts'

const USER = 'root'

/** DigitalOcean's droplets in our words. */
export function createDropletMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'droplet status',
    words: { new: 'provisioning', active: 'running', off: 'stopped', archive: 'terminating' },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf(droplet: DigitalOceanDroplet): Instance {
    const state = stateOf(droplet.status)
    const address = droplet.networks.v4.find(({ type }) => type === 'public')?.ip_address
    // Why none: a droplet keeps its address while it is switched off, and nobody answers there.
    const ssh = state === 'stopped' ? null : sshAddressOf(address, USER)
    return {
      id: String(droplet.id),
      marker: droplet.name,
      state: state === 'running' && ssh === null ? 'provisioning' : state,
      rawStatus: droplet.status,
      ssh,
      hostId: null,
      gpu: droplet.gpu_info ? { rawName: droplet.gpu_info.model, count: droplet.gpu_info.count } : null,
      // Why whatever the status: a droplet is billed from create to destroy, also while it is off.
      upstreamMicrosPerHour: microsFromUsd(droplet.size.price_hourly),
      createdAt: droplet.created_at,
      ports: ssh === null ? [] : [{ privatePort: 22, host: ssh.host, publicPort: ssh.port }],
      statusMessage: null,
    }
  }
}

/**
 * Root is who logs in here. Without a registered key DigitalOcean mails the account a root password that must be changed at the
 * first login, which would turn key logins away as well: so it is made void, and passwords let nobody in.
 */
const ROOT_BY_KEY_ONLY = {
  disable_root: false,
  ssh_pwauth: false,
  chpasswd: { expire: false },
  runcmd: [['usermod', '--password', '*', 'root']],
}

interface CreateBodyParts {
  provider: string
  request: LaunchRequest
  launchData: DigitalOceanLaunchData
}

/**
 * The create body. The marker is the name and no tag, since tags stay in the account when their droplets are gone; the keys go in
 * by cloud-init, since the account's own keys are shared by all tenants.
 */
export function createBodyOf({ provider, request, launchData }: CreateBodyParts): CreateDropletBody {
  const { marker, sshPublicKeys, env } = request
  const { region, size, image } = launchData
  const userData = createUserData({ provider, sshPublicKeys, env, settings: ROOT_BY_KEY_ONLY })
  return { name: marker, region, size, image, user_data: userData }
}
