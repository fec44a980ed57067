import type { Ask } from './asks.ts'
import { diskMicrosPerHour, dollars } from './dollars.ts'

const RENTABLE_FOR_SECONDS = 60 * 86_400

interface OfferView {
  readonly isBid: boolean
  readonly rented: boolean
  readonly allocatedStorageGb: number
  readonly nowMs: number
}

/** An ask as the search shows it; with `isBid` priced at the least bid that would run. */
export function renderOffer(ask: Ask, view: OfferView): Record<string, unknown> {
  const { isBid, rented, allocatedStorageGb, nowMs } = view
  const base = isBid ? ask.minBidMicrosPerHour : ask.microsPerHour
  const disk = diskMicrosPerHour(ask.storageMicrosPerGbMonth, allocatedStorageGb)
  return {
    id: ask.id,
    ask_contract_id: ask.id,
    machine_id: ask.machineId,
    host_id: ask.hostId,
    is_bid: isBid,
    gpu_name: ask.gpuName,
    gpu_arch: 'nvidia',
    num_gpus: ask.gpus,
    gpu_ram: ask.gpuRamMib,
    gpu_total_ram: ask.gpuRamMib * ask.gpus,
    gpu_frac: 1,
    compute_cap: ask.computeCap,
    cuda_max_good: ask.computeCap >= 1000 ? 12.9 : 12.6,
    cpu_arch: 'amd64',
    // Hosts that hide their cores report none.
    cpu_cores: ask.machineId % 2 === 0 ? ask.cpuCores : null,
    cpu_cores_effective: ask.cpuCores,
    cpu_ram: ask.cpuRamMib,
    disk_space: ask.diskGb + 0.5,
    storage_cost: dollars(ask.storageMicrosPerGbMonth),
    storage_total_cost: dollars(disk),
    dph_base: dollars(base),
    dph_total: dollars(base + disk),
    min_bid: dollars(ask.minBidMicrosPerHour),
    inet_up: 812.5,
    inet_down: 905.1,
    inet_up_cost: 0.002,
    inet_down_cost: 0.002,
    reliability: ask.reliability,
    reliability2: ask.reliability,
    verification: ask.verified ? 'verified' : 'unverified',
    verified: ask.verified,
    geolocation: ask.geolocation,
    direct_port_count: ask.directPorts,
    static_ip: true,
    rentable: !rented,
    rented,
    external: null,
    vms_enabled: false,
    resource_type: 'gpu',
    duration: RENTABLE_FOR_SECONDS,
    end_date: Math.floor(nowMs / 1000) + RENTABLE_FOR_SECONDS,
  }
}
