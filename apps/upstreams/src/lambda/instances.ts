import { randomUUID } from 'node:crypto'
import type { EmulatorClock } from '../kit/clock.ts'
import { readCloudConfig } from '../kit/cloud-config.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { type ApiError, API_ERRORS, missing } from './api-error.ts'
import { isAlive, type LambdaFault, type LambdaInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import { findInstanceType, type InstanceTypeFacts } from './instance-types.ts'
import type { Inventory, Shelf } from './inventory.ts'
import { isRegion } from './regions.ts'
import type { LaunchRequest } from './requests.ts'
import type { SshKey, SshKeys } from './ssh-keys.ts'

const MICROS_PER_CENT = 10_000n

type Launched =
  | { readonly ok: true; readonly instance: LambdaInstance }
  | { readonly ok: false; readonly error: ApiError }

/** The instances of the emulated cloud and what a caller may do to them. */
export type Instances = ReturnType<typeof createInstances>

interface InstancesDeps {
  readonly kit: EmulatorKit<LambdaFault>
  readonly registry: Map<string, LambdaInstance>
  readonly inventory: Inventory
  readonly sshKeys: SshKeys
  readonly life: InstanceLife
}

export function createInstances({ kit, registry, inventory, sshKeys, life }: InstancesDeps) {
  const { clock, faults, meter } = kit

  function isReadable({ hiddenUntilMs, forgottenAtMs }: LambdaInstance): boolean {
    const nowMs = clock.nowMs()
    return (hiddenUntilMs ?? 0) <= nowMs && (forgottenAtMs ?? Number.POSITIVE_INFINITY) > nowMs
  }

  return {
    launch(body: LaunchRequest, request: FaultedRequest): Launched {
      const refuse = (error: ApiError): Launched => ({ ok: false, error })
      const type = findInstanceType(body.instance_type_name)
      const key = sshKeys.byName(body.ssh_key_names[0] ?? '')
      const region = body.region_name
      if (type === undefined) return refuse(missing('Specified instance type'))
      if (!isRegion(region)) return refuse(missing('Specified region'))
      if (key === undefined) return refuse(missing('Specified SSH key'))
      if (body.file_system_names.length > 0) return refuse(missing('Specified file system'))
      const ordered = orderedRefusal(faults, request)
      if (ordered !== null) return refuse(ordered)
      if (inventory.free({ instanceType: type.name, region }) === 0)
        return refuse(API_ERRORS.insufficientCapacity)
      const instance = newInstance({ body, type, key, nowMs: clock.nowMs() })
      applyOrders(instance, { faults, request, clock })
      registry.set(instance.id, instance)
      meter.born({ instanceId: instance.id, marker: instance.name ?? instance.id })
      life.boot(instance)
      return { ok: true, instance }
    },
    terminate(instance: LambdaInstance, request: FaultedRequest): void {
      if (isAlive(instance) || instance.status === 'preempted')
        life.end(instance, faults.take('lingering', request)?.ms)
    },
    restart(instance: LambdaInstance): void {
      if (isAlive(instance)) life.boot(instance)
    },
    rename(instance: LambdaInstance, name: string | undefined): void {
      instance.name = name ?? instance.name
      life.change(instance, instance.status)
    },
    get(id: string): LambdaInstance | undefined {
      const instance = registry.get(id)
      return instance !== undefined && isReadable(instance) ? instance : undefined
    },
    list: (): readonly LambdaInstance[] => [...registry.values()].filter(isReadable),
  }
}

/** Machines of this shelf that live. */
export function machinesInUse(
  registry: ReadonlyMap<string, LambdaInstance>,
  { instanceType, region }: Shelf,
): number {
  return [...registry.values()].filter(
    (instance) => isAlive(instance) && instance.instanceType === instanceType && instance.region === region,
  ).length
}

function orderedRefusal(faults: Faults<LambdaFault>, request: FaultedRequest): ApiError | null {
  if (faults.take('no_capacity', request)) return API_ERRORS.insufficientCapacity
  if (faults.take('quota_exceeded', request)) return API_ERRORS.quotaExceeded
  if (faults.take('account_inactive', request)) return API_ERRORS.accountInactive
  return null
}

interface NewInstanceInput {
  readonly body: LaunchRequest
  readonly type: InstanceTypeFacts
  readonly key: SshKey
  readonly nowMs: number
}

function newInstance({ body, type, key, nowMs }: NewInstanceInput): LambdaInstance {
  const config = readCloudConfig(body.user_data)
  // Why: a machine whose user data does not parse boots all the same, without what it asked for.
  const { authorizedKeys, env } = config.ok ? config : { authorizedKeys: [], env: {} }
  return {
    id: randomUUID().replaceAll('-', ''),
    name: body.name ?? null,
    instanceType: type.name,
    region: body.region_name,
    sshKeyNames: [key.name],
    authorizedKeys: [key.public_key, ...authorizedKeys].join('\n'),
    env,
    priceMicrosPerHour: BigInt(type.priceCentsPerHour) * MICROS_PER_CENT,
    status: 'booting',
    launchedAtMs: nowMs,
    activeAtMs: null,
    bootsAtMs: null,
    sshPort: null,
    hiddenUntilMs: null,
    endedAtMs: null,
    forgottenAtMs: null,
    stuckBooting: false,
    bootUnhealthy: false,
    sshNever: false,
    gpuBroken: false,
    wrongGpu: null,
  }
}

interface ApplyOrders {
  readonly faults: Faults<LambdaFault>
  readonly request: FaultedRequest
  readonly clock: EmulatorClock
}

/** Marks an instance about to boot with what standing orders want of it. */
function applyOrders(instance: LambdaInstance, { faults, request, clock }: ApplyOrders): void {
  instance.stuckBooting = faults.take('stuck_booting', request) !== null
  instance.bootUnhealthy = faults.take('boot_unhealthy', request) !== null
  instance.sshNever = faults.take('ssh_never', request) !== null
  instance.gpuBroken = faults.take('gpu_broken', request) !== null
  instance.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  instance.hiddenUntilMs = hiddenMs === undefined ? null : clock.nowMs() + hiddenMs
}
