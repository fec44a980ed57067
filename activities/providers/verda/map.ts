import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import type { Instance, InstanceState, LaunchRequest } from '../port.ts'
import { sshAddressOf } from '../ssh-address.ts'
import { microsFromUsd } from '../usd.ts'
import type { CreateInstanceBody } from './api.ts'
import type { VerdaLaunchData } from './offers.ts'
import type { Registered } from './registrations.ts'
import type { VerdaInstance } from './schema.ts'

const USER = 'root'
/** Verda makes no smaller OS volume of an image with drivers. */
const SMALLEST_DISK_GIB = 50

/**
 * Verda's instances in our words. `discontinued` is gone, also for a spot machine that was taken back: it exists no more and
 * bills nothing, and nobody could tell it from one that we ended.
 */
export function createInstanceMap({ provider, report }: { provider: string; report: ReportOddity }) {
  const stateOf = createWordMap<InstanceState>({
    provider,
    what: 'instance status',
    words: {
      new: 'provisioning',
      ordered: 'provisioning',
      provisioning: 'provisioning',
      validating: 'provisioning',
      pending: 'provisioning',
      restoring: 'provisioning',
      running: 'running',
      starting_hibernation: 'stopping',
      offline: 'stopped',
      hibernating: 'stopped',
      deleting: 'terminating',
      discontinued: 'gone',
      notfound: 'gone',
      error: 'failed',
      no_capacity: 'failed',
    },
    otherwise: 'unknown',
    report,
  })

  return function instanceOf(instance: VerdaInstance): Instance {
    const { id, hostname, status, ip, gpu, price_per_hour: price } = instance
    const state = stateOf(status)
    const ssh = state === 'running' || state === 'unknown' ? sshAddressOf(ip, USER) : null
    return {
      id,
      marker: hostname,
      state: state === 'running' && ssh === null ? 'provisioning' : state,
      rawStatus: status,
      ssh,
      hostId: null,
      gpu: gpu ? { rawName: gpu.description, count: gpu.number_of_gpus } : null,
      upstreamMicrosPerHour: price === null || price === undefined ? null : microsFromUsd(price),
      createdAt: instance.created_at,
      ports: ssh === null ? [] : [{ privatePort: 22, host: ssh.host, publicPort: ssh.port }],
      statusMessage: status === 'no_capacity' ? 'Verda found no machine for it after all' : null,
    }
  }
}

/** The volumes that go with an instance; what is not named would stay and bill. */
export function volumeIdsOf({ os_volume_id, volume_ids }: VerdaInstance): string[] {
  return [...new Set([...(os_volume_id ? [os_volume_id] : []), ...(volume_ids ?? [])])]
}

/** The create body; the image is Verda's own. Volumes of a spot machine go with it, since a kept one bills on. */
export function createBodyOf(
  { marker, diskGib }: LaunchRequest,
  { instanceType, location, isSpot, image }: VerdaLaunchData,
  { sshKeyIds, startupScriptId }: Registered,
): CreateInstanceBody {
  return {
    instance_type: instanceType,
    image,
    hostname: marker,
    description: marker,
    ssh_key_ids: sshKeyIds,
    ...(startupScriptId !== null && { startup_script_id: startupScriptId }),
    location_code: location,
    contract: isSpot ? 'SPOT' : 'PAY_AS_YOU_GO',
    pricing: 'FIXED_PRICE',
    is_spot: isSpot,
    os_volume: {
      name: `${marker}-os`,
      size: Math.max(SMALLEST_DISK_GIB, diskGib),
      ...(isSpot && { on_spot_discontinue: 'delete_permanently' }),
    },
  }
}
