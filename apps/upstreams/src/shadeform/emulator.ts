import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createMachineDoors } from '../kit/ssh/machine-doors.ts'
import { createStock } from '../kit/stock.ts'
import { API_ERRORS, errorOfStatus, sendError } from './api-error.ts'
import { createShadeformControl, type ShadeformControl } from './control.ts'
import { instanceSchema, isAlive, shadeformFaultSchema, type ShadeformInstance } from './instance.ts'
import { createInstanceLife } from './instance-life.ts'
import { INSTANCE_TYPES } from './instance-types.ts'
import { createInstances, machinesInUse, type Shelf, shelfOf } from './instances.ts'
import { createRoutes } from './routes.ts'

export interface ShadeformEmulatorOptions extends EmulatorKitOptions {
  /** The keys let in by X-API-KEY. */
  readonly apiKeys?: readonly string[]
  /** Create to active. */
  readonly bootMs?: number
  /** Delete order to the word "deleted". */
  readonly teardownMs?: number
  /** How long a deleted instance can still be read. */
  readonly lingerMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  /** Where machines listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface ShadeformEmulator {
  readonly name: 'shadeform'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: ShadeformControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

/** The key the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'shadeform_emulated'

const NAME = 'shadeform'
/** How many of its regions have a type at any time, and how many machines there are at most. */
const ABUNDANCE = 0.8
const MOST_MACHINES = 5

const SHELVES: readonly Shelf[] = INSTANCE_TYPES.flatMap((type) =>
  type.regions.map((region) => shelfOf(type, region)),
)

const stateSchema = z.object({ instances: z.array(instanceSchema), meter: meterStateSchema })
type State = z.infer<typeof stateSchema>

/** Shadeform's API, emulated: one marketplace over several clouds, every answer in the shape of the vendor document. */
export function createShadeformEmulator(options: ShadeformEmulatorOptions = {}): ShadeformEmulator {
  const { churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const { bootMs = 0, teardownMs = 0, lingerMs = 0 } = options
  const registry = new Map<string, ShadeformInstance>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: shadeformFaultSchema, onChange })
  const { clock, meter } = kit
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: NAME,
    schema: stateSchema,
    collect: () => ({
      instances: [...registry.values()].filter(isAlive),
      meter: [...meter.instances()],
    }),
  })
  const stock = createStock<Shelf>({
    clock,
    churn,
    seed: `${NAME} ${seed}`,
    shelves: SHELVES,
    supply: (_shelf, random) =>
      random('offered') > ABUNDANCE ? 0 : 1 + Math.floor(random('size') * MOST_MACHINES),
    inUse: (shelf) => machinesInUse(registry, shelf),
  })
  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const life = createInstanceLife({ clock, meter, doors, bootMs, teardownMs, lingerMs, onChange })
  const instances = createInstances({ kit, registry, stock, life })
  const control = createShadeformControl({ kit, registry, stock, life })
  const v1 = createAuthenticatedRouter(options.apiKeys).use(createRoutes({ kit, instances, stock, host }))

  return {
    name: NAME,
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes: express.Router().use('/v1', v1),
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, detail) => sendError(response, errorOfStatus(status, detail)),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: NAME, schema: stateSchema })
      if (state === null) return
      meter.restore(state.meter)
      for (const instance of state.instances) {
        registry.set(instance.id, instance)
        await life.takeUp(instance)
      }
    },
    close() {
      doors.closeAll()
      snapshot.close()
      if (options.clock === undefined) clock.close()
    },
  }
}

function createAuthenticatedRouter(apiKeys: readonly string[] = [DEFAULT_API_KEY]): Router {
  return express.Router().use((request, response, next) => {
    if (apiKeys.includes(request.get('X-API-KEY') ?? '')) next()
    else sendError(response, API_ERRORS.unauthorized)
  })
}
