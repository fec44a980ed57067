import { findFlavor } from './flavors.ts'
import { isAlive, type Vm } from './vm.ts'

/**
 * A machine as Hyperstack shows it: schema `Instance_Fields` of the vendor document. All machines here share one address, so
 * theirs is told with its port, as behind a gateway; a real one is an address of its own, with SSH on 22. With port
 * randomization the port is not 22, and the API does not tell it.
 */
export function renderVm(vm: Vm, { nowMs, host }: { nowMs: number; host: string }): Record<string, unknown> {
  const flavor = findFlavor(vm.flavor)
  const attached = vm.addressAtMs !== null && vm.addressAtMs <= nowMs
  return {
    id: vm.id,
    name: vm.name,
    status: vm.status,
    power_state: vm.status === 'ACTIVE' ? 'RUNNING' : 'SHUTDOWN',
    vm_state: vm.status.toLowerCase(),
    environment: { id: 1, name: vm.environment, org_id: 1, region: vm.region, features: {} },
    image: { name: vm.image },
    flavor: flavor && {
      id: flavor.id,
      name: flavor.name,
      cpu: flavor.vcpus,
      ram: flavor.ramGb,
      disk: flavor.diskGb,
      ephemeral: flavor.ephemeralGb,
      gpu: flavor.gpu,
      gpu_count: flavor.gpuCount,
      features: {},
      labels: [],
    },
    keypair: { name: vm.keyName },
    volume_attachments: [],
    security_rules: vm.rules.map((rule, index) => renderRule(rule, index, vm.createdAtMs)),
    fixed_ip: '10.0.1.2',
    // Why conditional: the document has no null, and a machine without an address leaves the field out.
    ...(attached && { floating_ip: vm.portRandomization ? host : `${host}:${vm.sshPort}` }),
    floating_ip_status: addressStatus(vm, attached),
    port_randomization: vm.portRandomization,
    port_randomization_status: vm.portRandomization ? 'ENABLED' : 'DISABLED',
    requires_public_ip: vm.wantsAddress,
    labels: vm.labels,
    locked: false,
    features: {},
    created_at: inSeconds(vm.createdAtMs),
  }
}

function addressStatus(vm: Vm, attached: boolean): string {
  if (!vm.wantsAddress || !isAlive(vm)) return 'DETACHED'
  return attached ? 'ATTACHED' : 'ATTACHING'
}

export const renderRule = (rule: Vm['rules'][number], id: number, createdAtMs: number) => ({
  id: id + 1,
  ...rule,
  status: 'SUCCESS',
  created_at: inSeconds(createdAtMs),
})

/** Hyperstack dates to the second. */
export const inSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
