import { findAsk } from './asks.ts'
import { dollars } from './dollars.ts'
import type { VastInstance } from './instance.ts'
import { portsOf } from './instance-inside.ts'

const HOST_LISTENS_FOR_SECONDS = 60 * 86_400

/** An instance as Vast shows it; addresses come with stray spaces, as on the real one. */
export function renderInstance(instance: VastInstance, host: string): Record<string, unknown> {
  const { isBid, gpuMicrosPerHour, diskMicrosPerHour, createdAtMs, runtype } = instance
  const startSeconds = Math.floor(createdAtMs / 1000)
  return {
    ...renderMachine(instance),
    id: instance.id,
    actual_status: instance.actualStatus,
    intended_status: instance.intendedStatus,
    cur_state: instance.curState,
    next_state: instance.nextState,
    status_msg: instance.statusMsg,
    label: instance.label,
    image_uuid: instance.image,
    image_runtype: runtype,
    extra_env: Object.entries(instance.env).map(([name, value]) => [name, value]),
    onstart: instance.onstart ?? '',
    disk_space: instance.diskGb,
    is_bid: isBid,
    dph_base: dollars(gpuMicrosPerHour),
    dph_total: dollars(gpuMicrosPerHour + diskMicrosPerHour),
    storage_total_cost: dollars(diskMicrosPerHour),
    start_date: startSeconds,
    end_date: startSeconds + HOST_LISTENS_FOR_SECONDS,
    ssh_host: 'ssh4.vast.ai',
    ssh_port: 10_000 + (instance.id % 50_000),
    ssh_idx: '4',
    public_ipaddr: `${host} `,
    ports: renderPorts(instance),
  }
}

function renderMachine({ askId }: VastInstance): Record<string, unknown> {
  const ask = findAsk(askId)
  return ask === undefined
    ? {}
    : {
        machine_id: ask.machineId,
        host_id: ask.hostId,
        gpu_name: ask.gpuName,
        gpu_arch: 'nvidia',
        num_gpus: ask.gpus,
        gpu_ram: ask.gpuRamMib,
        gpu_totalram: ask.gpuRamMib * ask.gpus,
        geolocation: ask.geolocation,
        verification: ask.verified ? 'verified' : 'unverified',
        reliability2: ask.reliability,
        storage_cost: dollars(ask.storageMicrosPerGbMonth),
        min_bid: dollars(ask.minBidMicrosPerHour),
      }
}

/** Only a running container has ports; 22 leads to its door, the others to nothing in here. */
function renderPorts(instance: VastInstance): Record<string, unknown> | null {
  const { actualStatus, sshPort, runtype } = instance
  if (actualStatus !== 'running' || sshPort === null) return null
  const direct = runtype === 'ssh_direct' ? [['22/tcp', sshPort] as const] : []
  const others = portsOf(instance).map((port, index) => [`${port}/tcp`, sshPort + index + 1] as const)
  return Object.fromEntries(
    [...direct, ...others].map(([name, port]) => [name, [{ HostIp: '0.0.0.0', HostPort: String(port) }]]),
  )
}
