import { randomInt } from 'node:crypto'
import { readCloudConfig } from '../kit/cloud-config.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import {
  type ApiError,
  API_ERRORS,
  invalid,
  missing,
  nameTaken,
  noCapacity,
  wrongState,
} from './api-error.ts'
import type { Environment, Environments, Keypair } from './environments.ts'
import { findFlavor } from './flavors.ts'
import { isImage } from './images.ts'
import type { Inventory, Shelf } from './inventory.ts'
import { type CreateVmsRequest, createVmsSchema, wordsOf } from './requests.ts'
import { type HyperstackFault, isAlive, type Vm } from './vm.ts'
import type { VmLife } from './vm-life.ts'

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError }

const refuse = (error: ApiError): { ok: false; error: ApiError } => ({ ok: false, error })

/** The virtual machines of the emulated cloud and what a caller may do to them. */
export type Vms = ReturnType<typeof createVms>

interface VmsDeps {
  readonly kit: EmulatorKit<HyperstackFault>
  readonly registry: Map<number, Vm>
  readonly inventory: Inventory
  readonly environments: Environments
  readonly life: VmLife
}

export function createVms({ kit, registry, inventory, environments, life }: VmsDeps) {
  const { clock, faults } = kit

  function isReadable({ hiddenUntilMs, forgottenAtMs }: Vm): boolean {
    const nowMs = clock.nowMs()
    return (hiddenUntilMs ?? 0) <= nowMs && (forgottenAtMs ?? Number.POSITIVE_INFINITY) > nowMs
  }

  return {
    create(input: unknown, request: FaultedRequest): Answer<Vm[]> {
      const parsed = createVmsSchema.safeParse(input)
      if (!parsed.success) return refuse(invalid(wordsOf(parsed.error)))
      const body = parsed.data
      const checked = checkCreate(body, { environments, registry })
      if (!checked.ok) return checked
      const ordered = orderedRefusal(faults, request, body.flavor_name)
      if (ordered !== null) return refuse(ordered)
      if (inventory.machines(body.flavor_name, checked.value.environment.region) < body.count)
        return refuse(noCapacity(body.flavor_name))
      const made = namesOf(body).map((name) => {
        const vm = newVm({ body: { ...body, name }, ...checked.value, nowMs: clock.nowMs() })
        applyOrders(vm, { faults, request, nowMs: clock.nowMs() })
        registry.set(vm.id, vm)
        life.create(vm, faults.take('build_error', request) ? 'ERROR' : 'ACTIVE')
        return vm
      })
      return { ok: true, value: made }
    },
    hibernate(vm: Vm, keepsAddress: boolean): Answer<Vm> {
      if (vm.status !== 'ACTIVE') return refuse(wrongState('hibernated', vm.status))
      if (vm.flavor.endsWith('-spot')) return refuse(API_ERRORS.noHibernation)
      life.hibernate(vm, keepsAddress)
      return { ok: true, value: vm }
    },
    restore(vm: Vm, request: FaultedRequest): Answer<Vm> {
      if (vm.status !== 'HIBERNATED') return refuse(wrongState('restored', vm.status))
      const full = inventory.machines(vm.flavor, vm.region) === 0
      if (full || faults.take('no_capacity_on_restore', request)) return refuse(noCapacity(vm.flavor))
      life.restore(vm)
      return { ok: true, value: vm }
    },
    stop(vm: Vm): Answer<Vm> {
      if (vm.status !== 'ACTIVE') return refuse(wrongState('stopped', vm.status))
      life.shutOff(vm)
      return { ok: true, value: vm }
    },
    start(vm: Vm): Answer<Vm> {
      if (vm.status !== 'SHUTOFF') return refuse(wrongState('started', vm.status))
      life.start(vm)
      return { ok: true, value: vm }
    },
    remove(vm: Vm, request: FaultedRequest): void {
      if (isAlive(vm)) life.end(vm, faults.take('lingering', request)?.ms)
    },
    get(id: string): Vm | undefined {
      const vm = registry.get(Number(id))
      return vm !== undefined && isReadable(vm) ? vm : undefined
    },
    list: (): readonly Vm[] => [...registry.values()].filter(isReadable),
  }
}

/** Names are unique, so several of one create are numbered. */
const namesOf = ({ name, count }: CreateVmsRequest): string[] =>
  count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`)

interface CreateContext {
  readonly environments: Environments
  readonly registry: ReadonlyMap<number, Vm>
}

/** What a create names must be there, and its own name must not. */
function checkCreate(
  body: CreateVmsRequest,
  { environments, registry }: CreateContext,
): Answer<{ environment: Environment; keypair: Keypair }> {
  const environment = environments.find(body.environment_name)
  if (environment === undefined) return refuse(missing('Environment'))
  const keypair = environments.findKeypair(environment.name, body.key_name)
  if (keypair === undefined) return refuse(missing('Key pair'))
  const flavor = findFlavor(body.flavor_name)
  if (!flavor?.regions.includes(environment.region)) return refuse(missing('Flavor'))
  if (!isImage(body.image_name)) return refuse(missing('Image'))
  const taken = [...registry.values()].some((vm) => isAlive(vm) && vm.name === body.name)
  return taken ? refuse(nameTaken('A virtual machine')) : { ok: true, value: { environment, keypair } }
}

/** GPUs of this shelf that machines hold; one that is hibernated has given its own back, one that is shut off has not. */
export const gpusInUse = (registry: ReadonlyMap<number, Vm>, { gpu, region }: Shelf): number =>
  [...registry.values()]
    .filter((vm) => isAlive(vm) && vm.region === region && vm.status !== 'HIBERNATED')
    .map((vm) => findFlavor(vm.flavor))
    .reduce((sum, flavor) => sum + (flavor?.gpu === gpu ? flavor.gpuCount : 0), 0)

function orderedRefusal(
  faults: Faults<HyperstackFault>,
  request: FaultedRequest,
  flavor: string,
): ApiError | null {
  if (faults.take('no_capacity', request)) return noCapacity(flavor)
  if (faults.take('quota_exceeded', request)) return API_ERRORS.quota
  if (faults.take('no_credit', request)) return API_ERRORS.noCredit
  return null
}

interface NewVmInput {
  readonly body: CreateVmsRequest
  readonly environment: Environment
  readonly keypair: Keypair
  readonly nowMs: number
}

function newVm({ body, environment, keypair, nowMs }: NewVmInput): Vm {
  const config = readCloudConfig(body.user_data)
  // Why: a machine whose user data does not parse boots all the same, without what it asked for.
  const { authorizedKeys, env } = config.ok ? config : { authorizedKeys: [], env: {} }
  return {
    id: randomInt(100_000, 10_000_000),
    name: body.name,
    flavor: body.flavor_name,
    region: environment.region,
    environment: environment.name,
    keyName: keypair.name,
    image: body.image_name,
    labels: body.labels,
    wantsAddress: body.assign_floating_ip,
    portRandomization: body.assign_floating_ip && body.enable_port_randomization,
    rules: body.security_rules,
    authorizedKeys: [keypair.publicKey, ...authorizedKeys].join('\n'),
    env,
    status: 'CREATING',
    createdAtMs: nowMs,
    change: null,
    addressAtMs: null,
    sshPort: null,
    hiddenUntilMs: null,
    deletedAtMs: null,
    forgottenAtMs: null,
    stuckBuilding: false,
    noAddress: false,
    sshNever: false,
    wrongGpu: null,
  }
}

interface ApplyOrders {
  readonly faults: Faults<HyperstackFault>
  readonly request: FaultedRequest
  readonly nowMs: number
}

/** Marks a machine about to be built with what standing orders want of it. */
function applyOrders(vm: Vm, { faults, request, nowMs }: ApplyOrders): void {
  vm.stuckBuilding = faults.take('stuck_building', request) !== null
  vm.noAddress = faults.take('no_address', request) !== null
  vm.sshNever = faults.take('ssh_never', request) !== null
  vm.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  vm.hiddenUntilMs = hiddenMs === undefined ? null : nowMs + hiddenMs
}
