import { SSH_USER } from './instance-life.ts'
import { type ShadeformInstance, statusOf } from './instance.ts'
import { bootTimeOf, configurationOf, findInstanceType } from './instance-types.ts'

interface RenderContext {
  readonly nowMs: number
  /** The address machines are reached at. */
  readonly host: string
  /** What it has cost so far. */
  readonly costMicros: bigint
}

const MICROS_PER_CENT = 10_000n
const NEVER = '0001-01-01 00:00:00+00:00'

/** An instance as `/instances` and `/instances/{id}/info` show it. */
export function renderInstance(instance: ShadeformInstance, context: RenderContext): Record<string, unknown> {
  const { nowMs, host, costMicros } = context
  const type = findInstanceType(instance.cloud, instance.shadeInstanceType)
  const reachable = instance.activeAtMs !== null && instance.endedAtMs === null
  const status = statusOf(instance, nowMs)
  return {
    id: instance.id,
    cloud: instance.cloud,
    region: instance.region,
    shade_instance_type: instance.shadeInstanceType,
    cloud_instance_type: type?.cloudInstanceType ?? '',
    cloud_assigned_id: instance.cloudAssignedId,
    shade_cloud: true,
    name: instance.name,
    configuration: type && { ...configurationOf(type), os: instance.os },
    ip: reachable ? host : '',
    ssh_user: SSH_USER,
    ssh_port: reachable ? (instance.sshPort ?? 22) : 22,
    status,
    status_details: status === 'pending' ? 'downloading' : '',
    cost_estimate: dollars(costMicros),
    hourly_price: Number(instance.priceMicrosPerHour / MICROS_PER_CENT),
    tags: instance.tags,
    port_mappings: [],
    active_at: dateOf(instance.activeAtMs),
    created_at: dateOf(instance.createdAtMs),
    deleted_at: dateOf(instance.endedAtMs),
    ...(type && { boot_time: bootTimeOf(type) }),
  }
}

const dollars = (micros: bigint): string =>
  `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`.replace(/\.?0+$/, '')

/** Shadeform parts date and time by a space. */
const dateOf = (ms: number | null): string =>
  ms === null ? NEVER : new Date(ms).toISOString().replace('T', ' ').replace('Z', '+00:00')
