import type { VerdaInstance } from './instance.ts'
import { findInstanceType, renderHardware } from './instance-types.ts'

/**
 * An instance as Verda shows it. All machines here share one address, so theirs is told with its port, as behind a
 * gateway; a real one is an address of its own, with SSH on 22.
 */
export function renderInstance(instance: VerdaInstance, host: string): Record<string, unknown> {
  const { id, status, instanceType, isSpot, volumes, priceMicrosPerHour, upAtMs, sshPort } = instance
  const type = findInstanceType(instanceType)
  return {
    id,
    ip: upAtMs === null || sshPort === null ? null : `${host}:${sshPort}`,
    status,
    created_at: new Date(instance.createdAtMs).toISOString(),
    ...(type && renderHardware(type)),
    hostname: instance.hostname,
    description: instance.description,
    location: instance.location,
    price_per_hour: Number(priceMicrosPerHour) / 1_000_000,
    is_spot: isSpot,
    instance_type: instanceType,
    image: instance.image,
    os_name: instance.image,
    startup_script_id: instance.startupScriptId,
    ssh_key_ids: instance.sshKeyIds,
    os_volume_id: volumes.find(({ isOs }) => isOs)?.id ?? null,
    jupyter_token: '',
    contract: isSpot ? 'SPOT' : 'PAY_AS_YOU_GO',
    pricing: 'FIXED_PRICE',
    volume_ids: volumes.map((volume) => volume.id),
    tags: [],
  }
}
