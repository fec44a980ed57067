import { isAlive, type LambdaInstance } from './instance.ts'
import { findInstanceType, renderInstanceType } from './instance-types.ts'
import { isRegion, renderRegion } from './regions.ts'

/**
 * An instance as Lambda shows it: schema `Instance` of the vendor document. All machines here share one address, so
 * theirs is told with its port, as behind a gateway; a real one is an address of its own, with SSH on 22.
 */
export function renderInstance(instance: LambdaInstance, host: string): Record<string, unknown> {
  const { id, name, status, sshPort, sshKeyNames, region } = instance
  const type = findInstanceType(instance.instanceType)
  const address = sshPort === null ? null : `${host}:${sshPort}`
  return {
    id,
    ...(name !== null && { name }),
    ...(address !== null && { ip: address, private_ip: '10.19.0.2', hostname: address }),
    status,
    ssh_key_names: sshKeyNames,
    file_system_names: [],
    region: isRegion(region) ? renderRegion(region) : { name: region, description: '' },
    instance_type: type && renderInstanceType(type),
    ...(status === 'active' && {
      jupyter_token: id,
      jupyter_url: `https://jupyter-${id}.lambdaspaces.com/?token=${id}`,
    }),
    actions: renderActions(instance),
  }
}

const ACTIONS = ['migrate', 'rebuild', 'restart', 'cold_reboot', 'terminate'] as const

function renderActions(instance: LambdaInstance): Record<string, unknown> {
  const blocked = blockedBy(instance)
  return Object.fromEntries(
    ACTIONS.map((action) => [
      action,
      blocked === null || (action === 'terminate' && isAlive(instance)) ? { available: true } : blocked,
    ]),
  )
}

function blockedBy(instance: LambdaInstance): Record<string, unknown> | null {
  const because = (code: string, description: string): Record<string, unknown> => ({
    available: false,
    reason_code: code,
    reason_description: description,
  })
  if (!isAlive(instance)) return because('vm-is-terminating', 'Instance is terminating or terminated.')
  if (instance.activeAtMs === null) return because('vm-has-not-launched', 'Instance has not launched yet.')
  return null
}
