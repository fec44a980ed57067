import { randomUUID } from 'node:crypto'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { hereDocumentsOf } from '../kit/here-documents.ts'
import type { Stock } from '../kit/stock.ts'
import { type ApiError, API_ERRORS } from './api-error.ts'
import { isAlive, type ShadeformFault, type ShadeformInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { InstanceTypeFacts } from './instance-types.ts'
import { checkCreate, type CreateRequest } from './requests.ts'

/** Machines of one cloud's type in one region. */
export type Shelf = { readonly cloud: string; readonly type: string; readonly region: string }

export const shelfOf = (type: InstanceTypeFacts, region: string): Shelf => ({
  cloud: type.cloud,
  type: type.shadeInstanceType,
  region,
})

type Created =
  | { readonly ok: true; readonly instance: ShadeformInstance }
  | { readonly ok: false; readonly error: ApiError }

/** The instances of the emulated marketplace and what a caller may do to them. */
export type Instances = ReturnType<typeof createInstances>

interface InstancesDeps {
  readonly kit: EmulatorKit<ShadeformFault>
  readonly registry: Map<string, ShadeformInstance>
  readonly stock: Stock<Shelf>
  readonly life: InstanceLife
}

export function createInstances({ kit, registry, stock, life }: InstancesDeps) {
  const { clock, faults } = kit
  const refuse = (error: ApiError): Created => ({ ok: false, error })
  const isVisible = ({ hiddenUntilMs }: ShadeformInstance): boolean => (hiddenUntilMs ?? 0) <= clock.nowMs()
  const isBefore = (atMs: number | null): boolean => clock.nowMs() < (atMs ?? Number.POSITIVE_INFINITY)

  return {
    create(input: unknown, request: FaultedRequest): Created {
      const checked = checkCreate(input)
      if (!checked.ok) return checked
      const ordered = orderedRefusal(faults, request)
      if (ordered !== null) return refuse(ordered)
      const { body, type } = checked
      if (stock.free(shelfOf(type, body.region)) === 0) return refuse(API_ERRORS.outOfStock)
      const instance = newInstance(body, type, clock.nowMs())
      applyOrders(instance, { faults, request, nowMs: clock.nowMs() })
      registry.set(instance.id, instance)
      life.create(instance)
      return { ok: true, instance }
    },
    delete(instance: ShadeformInstance, request: FaultedRequest): void {
      const takesMs = faults.take('slow_delete', request)?.ms
      if (isAlive(instance)) life.end(instance, takesMs === undefined ? {} : { takesMs })
    },
    /** Also one that is deleted, for as long as it lingers. */
    get(id: string): ShadeformInstance | undefined {
      const instance = registry.get(id)
      return instance !== undefined && isVisible(instance) && isBefore(instance.forgottenAtMs)
        ? instance
        : undefined
    },
    /** All that are not deleted; those on their way there are among them. */
    list: (): readonly ShadeformInstance[] =>
      [...registry.values()].filter((instance) => isVisible(instance) && isBefore(instance.deletedAtMs)),
  }
}

export const machinesInUse = (
  registry: ReadonlyMap<string, ShadeformInstance>,
  { cloud, type, region }: Shelf,
): number =>
  [...registry.values()].filter(
    (instance) =>
      isAlive(instance) &&
      instance.cloud === cloud &&
      instance.shadeInstanceType === type &&
      instance.region === region,
  ).length

function orderedRefusal(faults: Faults<ShadeformFault>, request: FaultedRequest): ApiError | null {
  if (faults.take('out_of_stock', request)) return API_ERRORS.outOfStock
  if (faults.take('insufficient_funds', request)) return API_ERRORS.insufficientFunds
  if (faults.take('quota_exceeded', request)) return API_ERRORS.quotaExceeded
  return null
}

const DEFAULT_OS = 'ubuntu22.04_cuda12.2_shade_os'
const MICROS_PER_CENT = 10_000n

function newInstance(body: CreateRequest, type: InstanceTypeFacts, nowMs: number): ShadeformInstance {
  const script = body.launch_configuration?.script_configuration?.base64_script ?? ''
  return {
    id: randomUUID(),
    cloudAssignedId: randomUUID(),
    name: body.name,
    cloud: body.cloud,
    region: body.region,
    shadeInstanceType: body.shade_instance_type,
    os: body.os ?? DEFAULT_OS,
    tags: body.tags ?? [],
    authorizedKeys: keysWrittenBy(Buffer.from(script, 'base64').toString('utf8')),
    env: Object.fromEntries((body.envs ?? []).map(({ name, value }) => [name, value])),
    priceMicrosPerHour: BigInt(type.priceCentsPerHour) * MICROS_PER_CENT,
    orderedStatus: null,
    createdAtMs: nowMs,
    bootsAtMs: null,
    activeAtMs: null,
    failed: false,
    sshPort: null,
    hiddenUntilMs: null,
    endedAtMs: null,
    deletedAtMs: null,
    forgottenAtMs: null,
    stuckPending: false,
    bootError: false,
    sshNever: false,
    wrongGpu: null,
  }
}

/** The startup script runs once the instance is active; all that matters here is whom it lets in. */
const keysWrittenBy = (script: string): string =>
  hereDocumentsOf(script)
    .filter(({ path }) => path.endsWith('/.ssh/authorized_keys'))
    .map(({ text }) => text)
    .join('\n')

interface ApplyOrders {
  readonly faults: Faults<ShadeformFault>
  readonly request: FaultedRequest
  readonly nowMs: number
}

/** Marks an instance about to boot with what standing orders want of it. */
function applyOrders(instance: ShadeformInstance, { faults, request, nowMs }: ApplyOrders): void {
  instance.stuckPending = faults.take('stuck_pending', request) !== null
  instance.bootError = faults.take('boot_error', request) !== null
  instance.sshNever = faults.take('ssh_never', request) !== null
  instance.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  instance.hiddenUntilMs = hiddenMs === undefined ? null : nowMs + hiddenMs
}
