import { randomInt } from 'node:crypto'
import { readCloudConfig } from '../kit/cloud-config.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { type ApiError, API_ERRORS } from './api-error.ts'
import { type DigitalOceanFault, type Droplet, isAlive } from './droplet.ts'
import type { DropletLife } from './droplet-life.ts'
import type { Inventory, Shelf } from './inventory.ts'
import { checkCreate, type CreateDropletRequest, imageDrives } from './requests.ts'

type DropletAnswer =
  | { readonly ok: true; readonly droplet: Droplet }
  | { readonly ok: false; readonly error: ApiError }

export type PowerAction = 'power_on' | 'power_off' | 'shutdown'

/** The droplets of the emulated cloud and what a caller may do to them. */
export type Droplets = ReturnType<typeof createDroplets>

interface DropletsDeps {
  readonly kit: EmulatorKit<DigitalOceanFault>
  readonly registry: Map<number, Droplet>
  readonly inventory: Inventory
  readonly life: DropletLife
}

export function createDroplets({ kit, registry, inventory, life }: DropletsDeps) {
  const { clock, faults } = kit
  const refuse = (error: ApiError): DropletAnswer => ({ ok: false, error })

  function isReadable({ hiddenUntilMs, forgottenAtMs }: Droplet): boolean {
    const nowMs = clock.nowMs()
    return (hiddenUntilMs ?? 0) <= nowMs && (forgottenAtMs ?? Number.POSITIVE_INFINITY) > nowMs
  }

  return {
    create(input: unknown, request: FaultedRequest): DropletAnswer {
      const checked = checkCreate(input)
      if (!checked.ok) return checked
      const ordered = orderedRefusal(faults, request)
      if (ordered !== null) return refuse(ordered)
      const { body, size } = checked
      if (inventory.free({ size: size.slug, region: body.region }) === 0) return refuse(API_ERRORS.noCapacity)
      const droplet = newDroplet(body, clock.nowMs())
      applyOrders(droplet, { faults, request, nowMs: clock.nowMs() })
      if (!imageDrives(body.image, size)) droplet.wrongGpu = { kind: 'wrong_gpu', count: 0 }
      registry.set(droplet.id, droplet)
      life.create(droplet, size)
      return { ok: true, droplet }
    },
    act(droplet: Droplet, type: PowerAction): DropletAnswer {
      if (droplet.eventEndsAtMs !== null) return refuse(API_ERRORS.pendingEvent)
      if (type === 'power_on' && droplet.status !== 'off') return refuse(API_ERRORS.alreadyOn)
      if (type !== 'power_on' && droplet.status === 'off') return refuse(API_ERRORS.alreadyOff)
      droplet.lastAction = newAction(type, clock.nowMs())
      if (type === 'power_on') life.powerOn(droplet)
      else life.powerOff(droplet)
      return { ok: true, droplet }
    },
    destroy(droplet: Droplet, request: FaultedRequest): void {
      if (isAlive(droplet)) life.end(droplet, faults.take('lingering', request)?.ms ?? 0)
    },
    get(id: string): Droplet | undefined {
      const droplet = registry.get(Number(id))
      return droplet !== undefined && isReadable(droplet) ? droplet : undefined
    },
    list: (): readonly Droplet[] => [...registry.values()].filter(isReadable),
  }
}

/** Droplets of this size and region that live; one that is switched off keeps its host. */
export const dropletsInUse = (registry: ReadonlyMap<number, Droplet>, { size, region }: Shelf): number =>
  [...registry.values()].filter(
    (droplet) => isAlive(droplet) && droplet.size === size && droplet.region === region,
  ).length

function orderedRefusal(faults: Faults<DigitalOceanFault>, request: FaultedRequest): ApiError | null {
  if (faults.take('no_capacity', request)) return API_ERRORS.noCapacity
  if (faults.take('droplet_limit', request)) return API_ERRORS.limitReached
  if (faults.take('account_locked', request)) return API_ERRORS.accountLocked
  return null
}

const newAction = (type: string, nowMs: number): NonNullable<Droplet['lastAction']> => ({
  id: randomInt(2 ** 31, 2 ** 32),
  type,
  startedAtMs: nowMs,
  completedAtMs: null,
})

function newDroplet(body: CreateDropletRequest, nowMs: number): Droplet {
  const config = readCloudConfig(body.user_data)
  // Why: a machine whose user data does not parse boots all the same, without what it asked for.
  const { authorizedKeys, env } = config.ok ? config : { authorizedKeys: [], env: {} }
  return {
    id: randomInt(400_000_000, 900_000_000),
    name: body.name,
    size: body.size,
    region: body.region,
    image: body.image,
    tags: body.tags ?? [],
    authorizedKeys: authorizedKeys.join('\n'),
    env,
    status: 'new',
    createdAtMs: nowMs,
    eventEndsAtMs: null,
    lastAction: newAction('create', nowMs),
    sshPort: null,
    hiddenUntilMs: null,
    destroyedAtMs: null,
    forgottenAtMs: null,
    createFails: false,
    stuckNew: false,
    noAddress: false,
    sshNever: false,
    wrongGpu: null,
  }
}

interface ApplyOrders {
  readonly faults: Faults<DigitalOceanFault>
  readonly request: FaultedRequest
  readonly nowMs: number
}

/** Marks a droplet about to boot with what standing orders want of it. */
function applyOrders(droplet: Droplet, { faults, request, nowMs }: ApplyOrders): void {
  droplet.createFails = faults.take('create_event_fails', request) !== null
  droplet.stuckNew = faults.take('stuck_new', request) !== null
  droplet.noAddress = faults.take('no_address', request) !== null
  droplet.sshNever = faults.take('ssh_never', request) !== null
  droplet.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  droplet.hiddenUntilMs = hiddenMs === undefined ? null : nowMs + hiddenMs
}
