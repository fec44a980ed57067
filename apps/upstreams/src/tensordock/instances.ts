import { randomUUID } from 'node:crypto'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest } from '../kit/faults.ts'
import type { ApiError } from './api-error.ts'
import { firstBoot } from './first-boot.ts'
import { HOSTS, type HostFacts } from './hosts.ts'
import { holdsGpus, isAlive, type TensorDockFault, type TensorDockInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { Inventory, Shelf } from './inventory.ts'
import type { CreateInstance } from './requests.ts'

export type InstanceAnswer =
  | { readonly ok: true; readonly instance: TensorDockInstance }
  | { readonly ok: false; readonly error: ApiError }

interface InstancesDeps {
  readonly kit: EmulatorKit<TensorDockFault>
  readonly registry: Map<string, TensorDockInstance>
  readonly inventory: Inventory
  readonly life: InstanceLife
}

/** The instances of the emulated marketplace and what a caller may do to them. */
export type Instances = ReturnType<typeof createInstances>

const UNAVAILABLE: ApiError = { status: 400, error: 'Hostnode unavailable' }
const refuse = (error: string, status = 400): InstanceAnswer => ({ ok: false, error: { status, error } })

export function createInstances({ kit, registry, inventory, life }: InstancesDeps) {
  const { clock, faults, meter } = kit
  const living = (): readonly TensorDockInstance[] => [...registry.values()].filter(isAlive)
  const isVisible = ({ hiddenUntilMs }: TensorDockInstance): boolean => (hiddenUntilMs ?? 0) <= clock.nowMs()

  const freePorts = ({ id, ports }: HostFacts): readonly number[] => {
    const taken = new Set(
      living()
        .filter(({ hostId }) => hostId === id)
        .flatMap(({ portForwards }) => portForwards.map(({ external_port }) => external_port)),
    )
    return ports.filter((port) => !taken.has(port))
  }

  /** The host asked for, or the first of the place that has what is asked. */
  function place(body: CreateInstance): HostFacts | undefined {
    const wanted = HOSTS.filter(
      ({ id, locationId }) => id === body.hostnode_id || locationId === body.location_id,
    )
    return wanted.find(
      (host) => fits(host, body) && inventory.free({ hostId: host.id }) >= gpusAskedOf(host, body),
    )
  }

  return {
    freePorts,
    create(body: CreateInstance, request: FaultedRequest): InstanceAnswer {
      const { ssh_key: sshKey } = body
      if (faults.take('low_balance', request))
        return refuse('You need at least $1.00 in your account to deploy an instance')
      if (faults.take('quota_exceeded', request))
        return refuse('The instance limit of this organization is reached')
      if (faults.take('hostnode_unavailable', request)) return { ok: false, error: UNAVAILABLE }
      if (sshKey === undefined) return refuse('SSH key secret not found', 404)
      const host = place(body)
      if (host === undefined) return { ok: false, error: UNAVAILABLE }
      if (body.useDedicatedIp && !host.hasPublicIp)
        return refuse('No dedicated IP available on this hostnode')
      const ports = freePorts(host)
      const taken = body.port_forwards.find(({ external_port }) => !ports.includes(external_port))
      if (taken !== undefined) return refuse(`Port ${taken.external_port} is not available on this hostnode`)
      const instance = newInstance({ body, host, sshKey })
      instance.stuckQueued = faults.take('stuck_queued', request) !== null
      instance.bootError = faults.take('boot_error', request) !== null
      instance.sshNever = faults.take('ssh_never', request) !== null
      instance.wrongGpu = faults.take('wrong_gpu', request)
      const hiddenMs = faults.take('invisible', request)?.ms
      instance.hiddenUntilMs = hiddenMs === undefined ? null : clock.nowMs() + hiddenMs
      registry.set(instance.id, instance)
      const { id: instanceId, storageMicrosPerHour: priceMicrosPerHour } = instance
      meter.born({ instanceId, marker: instance.name })
      meter.start({ instanceId, kind: 'disk', priceMicrosPerHour })
      life.boot(instance, 'queued')
      return { ok: true, instance }
    },
    start(instance: TensorDockInstance): InstanceAnswer {
      if (!instance.status.startsWith('stopped'))
        return refuse(`Machine is ${instance.status}, it must be stopped`)
      if (inventory.free({ hostId: instance.hostId }) < instance.gpuCount)
        return refuse('Not enough GPUs available on the hostnode to start this instance')
      life.boot(instance, 'starting')
      return { ok: true, instance }
    },
    stop(instance: TensorDockInstance): InstanceAnswer {
      if (instance.status !== 'running')
        return refuse(`Machine is ${instance.status}, therefore it cannot be stopped`)
      life.stop(instance)
      return { ok: true, instance }
    },
    get: (id: string): TensorDockInstance | undefined =>
      living().find((instance) => instance.id === id && isVisible(instance)),
    list: (): readonly TensorDockInstance[] => living().filter(isVisible),
  }
}

/** GPUs that instances of a host hold. */
export const gpusInUse = (registry: ReadonlyMap<string, TensorDockInstance>, { hostId }: Shelf): number =>
  [...registry.values()]
    .filter((instance) => instance.hostId === hostId && holdsGpus(instance))
    .reduce((sum, { gpuCount }) => sum + gpuCount, 0)

const gpusAskedOf = ({ gpu }: HostFacts, { resources }: CreateInstance): number =>
  resources.gpus[gpu.v0Name]?.count ?? 0

function fits(host: HostFacts, { resources }: CreateInstance): boolean {
  const onlyItsOwn = Object.keys(resources.gpus).every((name) => name === host.gpu.v0Name)
  return (
    onlyItsOwn &&
    resources.vcpu_count <= host.vcpus &&
    resources.ram_gb <= host.ramGb &&
    resources.storage_gb <= host.storageGb
  )
}

interface NewInstanceInput {
  readonly body: CreateInstance
  readonly host: HostFacts
  readonly sshKey: string
}

function newInstance({ body, host, sshKey }: NewInstanceInput): TensorDockInstance {
  const { vcpu_count: vcpus, ram_gb: ramGb, storage_gb: storageGb } = body.resources
  const gpuCount = gpusAskedOf(host, body)
  const computeMicrosPerHour =
    gpuCount * host.gpuMicrosPerHour + vcpus * host.vcpuMicrosPerHour + ramGb * host.ramGbMicrosPerHour
  return {
    id: randomUUID(),
    name: body.name,
    image: body.image,
    hostId: host.id,
    vcpus,
    ramGb,
    storageGb,
    gpuCount,
    dedicatedIp: body.useDedicatedIp,
    portForwards: body.port_forwards,
    login: firstBoot({ sshKey, cloudInit: body.cloud_init }),
    computeMicrosPerHour: BigInt(computeMicrosPerHour),
    storageMicrosPerHour: BigInt(storageGb * host.storageGbMicrosPerHour),
    status: 'queued',
    bootsAtMs: null,
    sshPort: null,
    hiddenUntilMs: null,
    endedAtMs: null,
    stuckQueued: false,
    bootError: false,
    sshNever: false,
    wrongGpu: null,
  }
}
