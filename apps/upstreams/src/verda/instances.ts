import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { type ApiError, apiError, invalid, NO_CAPACITY } from './api-error.ts'
import { isAlive, type VerdaFault, type VerdaInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import { findInstanceType, type InstanceTypeFacts } from './instance-types.ts'
import type { Inventory, Shelf } from './inventory.ts'
import { isLocation } from './locations.ts'
import type { NamedTexts } from './named-texts.ts'
import { applyOrders, newInstance } from './new-instance.ts'
import type { CreateInstance } from './requests.ts'
import type { Volumes } from './volumes.ts'

type Created =
  | { readonly ok: true; readonly instance: VerdaInstance }
  | { readonly ok: false; readonly error: ApiError }

interface InstancesDeps {
  readonly kit: EmulatorKit<VerdaFault>
  readonly registry: Map<string, VerdaInstance>
  readonly inventory: Inventory
  readonly sshKeys: NamedTexts
  readonly scripts: NamedTexts
  readonly volumes: Volumes
  readonly life: InstanceLife
}

/** The instances of the emulated cloud as a caller may create and read them. */
export type Instances = ReturnType<typeof createInstances>

export function createInstances(deps: InstancesDeps) {
  const { kit, registry, inventory, sshKeys, scripts, volumes, life } = deps
  const { clock, faults, meter } = kit

  function isReadable({ hiddenUntilMs, forgottenAtMs }: VerdaInstance): boolean {
    const nowMs = clock.nowMs()
    return (hiddenUntilMs ?? 0) <= nowMs && (forgottenAtMs ?? Number.POSITIVE_INFINITY) > nowMs
  }

  function unknownReference(body: CreateInstance): ApiError | null {
    if (body.ssh_key_ids.some((id) => sshKeys.get(id) === undefined)) return invalid('Invalid ssh key id')
    const { startup_script_id: scriptId } = body
    const knowsScript = scriptId === undefined || scriptId === null || scripts.get(scriptId) !== undefined
    return knowsScript ? null : invalid('Invalid startup script id')
  }

  return {
    create(body: CreateInstance, request: FaultedRequest): Created {
      const refuse = (error: ApiError): Created => ({ ok: false, error })
      const type = findInstanceType(body.instance_type)
      if (type === undefined) return refuse(invalid('Invalid instance type'))
      const problem = ruleBrokenBy(body, type) ?? unknownReference(body) ?? orderedRefusal(faults, request)
      if (problem !== null) return refuse(problem)
      const shelf = { instanceType: type.instanceType, location: body.location_code, isSpot: body.is_spot }
      if (inventory.free(shelf) === 0) return refuse(NO_CAPACITY)
      const instance = newInstance({
        body,
        type,
        sshKeys: body.ssh_key_ids.map((id) => sshKeys.get(id)).filter((key) => key !== undefined),
        script: scripts.get(body.startup_script_id ?? ''),
        nowMs: clock.nowMs(),
      })
      applyOrders(instance, { faults, request, clock })
      registry.set(instance.id, instance)
      meter.born({ instanceId: instance.id, marker: instance.hostname })
      volumes.startMeter(instance)
      life.boot(instance, 'ordered')
      return { ok: true, instance }
    },
    get(id: string): VerdaInstance | undefined {
      const instance = registry.get(id)
      return instance !== undefined && isReadable(instance) ? instance : undefined
    },
    list: (): readonly VerdaInstance[] => [...registry.values()].filter(isReadable),
  }
}

/** Machines of this shelf that live. */
export function machinesInUse(registry: ReadonlyMap<string, VerdaInstance>, shelf: Shelf): number {
  return [...registry.values()].filter(
    (instance) =>
      isAlive(instance) &&
      instance.instanceType === shelf.instanceType &&
      instance.location === shelf.location &&
      instance.isSpot === shelf.isSpot,
  ).length
}

function ruleBrokenBy(body: CreateInstance, { supportedOs }: InstanceTypeFacts): ApiError | null {
  if (!isLocation(body.location_code)) return invalid('Invalid location code')
  if (!supportedOs.includes(body.image))
    return invalid('Operating system is not valid for this instance type')
  const saysSpot = body.contract === 'SPOT'
  return body.contract !== undefined && saysSpot !== body.is_spot
    ? invalid('contract and is_spot do not agree')
    : null
}

function orderedRefusal(faults: Faults<VerdaFault>, request: FaultedRequest): ApiError | null {
  if (faults.take('no_capacity', request)) return NO_CAPACITY
  if (faults.take('insufficient_funds', request)) return apiError(402, 'Insufficient funds')
  if (faults.take('quota_exceeded', request)) return invalid('Instance limit exceeded')
  return null
}
