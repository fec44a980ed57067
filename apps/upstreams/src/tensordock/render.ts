import { findHost, type HostFacts } from './hosts.ts'
import type { TensorDockInstance } from './instance.ts'

const MICROS_PER_DOLLAR = 1_000_000
const SSH_PORT = 22

const dollars = (micros: number): number => micros / MICROS_PER_DOLLAR

/**
 * An instance as it is read by its id; camelCase, though it is written in snake_case. All machines here share one address:
 * a dedicated one is told with its port, as behind a gateway, where a real one has SSH on 22.
 */
export function renderInstance(instance: TensorDockInstance, host: string): Record<string, unknown> {
  const { id, name, status, sshPort, dedicatedIp, vcpus, ramGb, storageGb, gpuCount } = instance
  const model = findHost(instance.hostId)?.gpu
  const address = dedicatedIp ? `${host}:${sshPort}` : host
  const gpus =
    model === undefined || gpuCount === 0 ? {} : { [model.v0Name]: { count: gpuCount, v0Name: model.v0Name } }
  return {
    type: 'instance',
    id,
    name,
    status,
    ipAddress: sshPort === null ? '' : address,
    portForwards: instance.portForwards.map((forward) =>
      // Why the door's: where the port asked for is taken on this machine, another one was opened.
      forward.internal_port === SSH_PORT && sshPort !== null
        ? { ...forward, external_port: sshPort }
        : forward,
    ),
    resources: { vcpu_count: vcpus, ram_gb: ramGb, storage_gb: storageGb, gpus },
    rateHourly: dollars(Number(instance.computeMicrosPerHour + instance.storageMicrosPerHour)),
  }
}

/** An instance as the list shows it: its name and status, and nothing else. */
export const renderListed = ({ id, name, status }: TensorDockInstance): Record<string, unknown> => ({
  type: 'VM',
  id,
  attributes: { name, status },
})

interface HostState {
  readonly freeGpus: number
  readonly freePorts: readonly number[]
}

/** A host as `/hostnodes` lists it. */
export const renderHost = (host: HostFacts, { freeGpus, freePorts }: HostState): Record<string, unknown> => ({
  id: host.id,
  location_id: host.locationId,
  engine: 'kvm',
  uptime_percentage: host.uptimePercentage,
  available_resources: {
    gpus: [
      { v0Name: host.gpu.v0Name, availableCount: freeGpus, price_per_hr: dollars(host.gpuMicrosPerHour) },
    ],
    vcpu_count: host.vcpus,
    ram_gb: host.ramGb,
    storage_gb: host.storageGb,
    max_vcpus_per_gpu: Math.floor(host.vcpus / host.gpuCount),
    max_ram_per_gpu: Math.floor(host.ramGb / host.gpuCount),
    max_vcpus: host.vcpus,
    max_ram_gb: host.ramGb,
    max_storage_gb: host.storageGb,
    available_ports: freePorts,
    has_public_ip_available: host.hasPublicIp,
  },
  pricing: renderPricing(host),
  location: {
    uuid: host.locationId,
    city: host.city,
    stateprovince: host.stateProvince,
    country: host.country,
    has_network_storage: false,
    network_speed_gbps: 10,
    network_speed_upload_gbps: 10,
    organization: `org-${host.locationId}`,
    organizationName: `${host.city} Compute`,
    tier: host.tier,
  },
})

const renderPricing = (host: HostFacts): Record<string, number> => ({
  per_vcpu_hr: dollars(host.vcpuMicrosPerHour),
  per_gb_ram_hr: dollars(host.ramGbMicrosPerHour),
  per_gb_storage_hr: dollars(host.storageGbMicrosPerHour),
})

/** A place as `/locations` lists it: the GPUs of all its hosts that have any. */
export const renderLocation = (hosts: readonly (HostFacts & HostState)[]): Record<string, unknown> => ({
  id: hosts[0]?.locationId,
  city: hosts[0]?.city,
  stateprovince: hosts[0]?.stateProvince,
  country: hosts[0]?.country,
  tier: hosts[0]?.tier,
  gpus: hosts.map((host) => ({
    v0Name: host.gpu.v0Name,
    displayName: host.gpu.displayName,
    max_count: host.freeGpus,
    price_per_hr: dollars(host.gpuMicrosPerHour),
    resources: { max_vcpus: host.vcpus, max_ram_gb: host.ramGb, max_storage_gb: host.storageGb },
    pricing: renderPricing(host),
    network_features: {
      dedicated_ip_available: host.hasPublicIp,
      port_forwarding_available: host.ports.length > 0,
      network_storage_available: false,
    },
  })),
})
