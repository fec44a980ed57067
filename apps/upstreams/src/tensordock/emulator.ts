import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createMachineDoors } from '../kit/ssh/machine-doors.ts'
import { sendError } from './api-error.ts'
import { createTensorDockControl, type TensorDockControl } from './control.ts'
import {
  instanceSchema,
  isAlive,
  type TensorDockFault,
  tensorDockFaultSchema,
  type TensorDockInstance,
} from './instance.ts'
import { createInstanceLife } from './instance-life.ts'
import { createInstances, gpusInUse } from './instances.ts'
import { createInventory } from './inventory.ts'
import { createRateLimit } from './rate-limit.ts'
import { createCatalogRoutes, createInstanceRoutes } from './routes.ts'

export interface TensorDockEmulatorOptions extends EmulatorKitOptions {
  /** The bearer tokens let in. */
  readonly apiKeys?: readonly string[]
  readonly requestsPerMinute?: number
  /** Create to running. */
  readonly bootMs?: number
  /** Stop order to the word that it is stopped. */
  readonly stopMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  /** Where machines listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface TensorDockEmulator {
  readonly name: 'tensordock'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: TensorDockControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const stateSchema = z.object({ instances: z.array(instanceSchema), meter: meterStateSchema })
type State = z.infer<typeof stateSchema>

/** TensorDock's API v2, emulated by the vendor's pages and what working clients met. */
export function createTensorDockEmulator(options: TensorDockEmulatorOptions = {}): TensorDockEmulator {
  const { churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const { bootMs = 0, stopMs = 0 } = options
  const registry = new Map<string, TensorDockInstance>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: tensorDockFaultSchema, onChange })
  const { clock, meter, faults } = kit
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: 'tensordock',
    schema: stateSchema,
    collect: () => ({
      instances: [...registry.values()].filter(isAlive),
      meter: [...meter.instances()],
    }),
  })
  const inventory = createInventory({ clock, churn, seed, inUse: (shelf) => gpusInUse(registry, shelf) })
  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const life = createInstanceLife({ clock, meter, doors, bootMs, stopMs, onChange })
  const instances = createInstances({ kit, registry, inventory, life })
  const control = createTensorDockControl({ kit, registry, inventory, life })
  const routes = { instances, inventory, life, faults, host }
  const v2 = createFrontDoor(kit, options)
  v2.use(createCatalogRoutes(routes), createInstanceRoutes(routes))

  return {
    name: 'tensordock',
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes: express.Router().use('/api/v2', v2),
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, error) => sendError(response, { status, error }),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: 'tensordock', schema: stateSchema })
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

/** In-process callers make many calls a second and are not what the limit is about. */
const GENEROUS_REQUESTS_PER_MINUTE = 1_000_000

function createFrontDoor(kit: EmulatorKit<TensorDockFault>, options: TensorDockEmulatorOptions): Router {
  const { apiKeys = [DEFAULT_API_KEY], requestsPerMinute = GENEROUS_REQUESTS_PER_MINUTE } = options
  const router = express.Router()
  router.use((request, response, next) => {
    const [scheme, key = ''] = (request.get('Authorization') ?? '').split(' ')
    if (scheme === 'Bearer' && apiKeys.includes(key)) next()
    else sendError(response, { status: 401, error: 'Unauthorized' })
  })
  router.use(createRateLimit({ clock: kit.clock, requestsPerMinute }))
  return router
}

/** The token the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'tensordock_emulated'
