import { type Droplet, isAlive } from './droplet.ts'
import { renderRegion } from './regions.ts'
import { findSize, renderSize } from './sizes.ts'

/**
 * A droplet as DigitalOcean shows it: schema `droplet` of the vendor document. All droplets here share one address, so
 * theirs is told with its port, as behind a gateway; a real one is an address of its own, with SSH on 22.
 */
export function renderDroplet(droplet: Droplet, host: string): Record<string, unknown> {
  const { id, name, status, region, tags } = droplet
  const size = findSize(droplet.size)
  return {
    id,
    name,
    memory: size?.memoryMib ?? 0,
    vcpus: size?.vcpus ?? 0,
    disk: size?.diskGib ?? 0,
    locked: droplet.eventEndsAtMs !== null,
    status: isAlive(droplet) ? status : 'archive',
    kernel: null,
    created_at: inSeconds(droplet.createdAtMs),
    features: [],
    backup_ids: [],
    next_backup_window: null,
    snapshot_ids: [],
    image: renderImage(droplet),
    volume_ids: [],
    size: size && renderSize(size, size.regions),
    size_slug: droplet.size,
    networks: { v4: addressesOf(droplet, host), v6: [] },
    region: renderRegion(region, [droplet.size]),
    tags,
    vpc_uuid: '5a4981aa-9653-4bd1-bef5-d6bff52042e4',
    ...(size && { gpu_info: { count: size.gpu.count, model: size.gpu.model } }),
  }
}

/** The private address comes first, as DigitalOcean lists it; nothing comes before the create event is over. */
function addressesOf({ noAddress, sshPort, status, id }: Droplet, host: string): Record<string, unknown>[] {
  if (sshPort === null || status === 'new') return []
  const privateAddress = {
    ip_address: `10.132.${(id >> 8) % 256}.${id % 256}`,
    netmask: '255.255.0.0',
    gateway: '10.132.0.1',
    type: 'private',
  }
  if (noAddress) return [privateAddress]
  const publicAddress = {
    ip_address: `${host}:${sshPort}`,
    netmask: '255.255.240.0',
    gateway: host,
    type: 'public',
  }
  return [privateAddress, publicAddress]
}

const renderImage = ({ image, region, createdAtMs }: Droplet): Record<string, unknown> => ({
  id: 161_999_999,
  name: image,
  distribution: 'Ubuntu',
  slug: image,
  public: true,
  regions: [region],
  created_at: inSeconds(createdAtMs),
  min_disk_size: 25,
  type: 'base',
  size_gigabytes: 12.5,
  tags: [],
  status: 'available',
})

export function renderAction(droplet: Droplet): Record<string, unknown> | null {
  const action = droplet.lastAction
  if (action === null) return null
  return {
    id: action.id,
    type: action.type,
    status: action.completedAtMs === null ? 'in-progress' : 'completed',
    started_at: inSeconds(action.startedAtMs),
    completed_at: action.completedAtMs === null ? null : inSeconds(action.completedAtMs),
    resource_id: droplet.id,
    resource_type: 'droplet',
    region: renderRegion(droplet.region, [droplet.size]),
    region_slug: droplet.region,
  }
}

/** DigitalOcean dates to the second. */
const inSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
