import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createMachineDoors } from '../kit/ssh/machine-doors.ts'
import { createAccountRoutes } from './account-routes.ts'
import { API_ERRORS, errorOfStatus, sendError } from './api-error.ts'
import { createCatalogRoutes } from './catalog-routes.ts'
import { createHyperstackControl, type HyperstackControl } from './control.ts'
import { createEnvironments, environmentSchema, keypairSchema } from './environments.ts'
import { createInventory } from './inventory.ts'
import { createRateLimit } from './rate-limit.ts'
import { hyperstackFaultSchema, isAlive, type Vm, vmSchema } from './vm.ts'
import { createVmBooks } from './vm-books.ts'
import { createVmLife } from './vm-life.ts'
import { createPowerRoutes, createVmRoutes } from './vm-routes.ts'
import { createVms, gpusInUse } from './vms.ts'

export interface HyperstackEmulatorOptions extends EmulatorKitOptions {
  /** The keys let in. */
  readonly apiKeys?: readonly string[]
  /** Create (or restore) to ACTIVE. */
  readonly bootMs?: number
  /** ACTIVE to an attached address. */
  readonly addressMs?: number
  /** Delete order until it answers 404. */
  readonly teardownMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  readonly requestsPerMinute?: number
  /** Of the list of machines. */
  readonly longestPage?: number
  /** Where machines listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface HyperstackEmulator {
  readonly name: 'hyperstack'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: HyperstackControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const NAME = 'hyperstack'

const stateSchema = z.object({
  vms: z.array(vmSchema),
  meter: meterStateSchema,
  environments: z.array(environmentSchema),
  keypairs: z.array(keypairSchema),
})
type State = z.infer<typeof stateSchema>

/** Hyperstack's Infrahub API, emulated: every answer has the shape of the vendor document. */
export function createHyperstackEmulator(options: HyperstackEmulatorOptions = {}): HyperstackEmulator {
  const { churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const { bootMs = 0, addressMs = 0, teardownMs = 0, longestPage = 100 } = options
  const registry = new Map<number, Vm>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: hyperstackFaultSchema, onChange })
  const { clock, meter } = kit
  const environments = createEnvironments({ nowMs: clock.nowMs, onChange })
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: NAME,
    schema: stateSchema,
    collect: () => ({
      vms: [...registry.values()].filter(isAlive),
      meter: [...meter.instances()],
      environments: [...environments.environments()],
      keypairs: [...environments.keypairs()],
    }),
  })
  const inventory = createInventory({ clock, churn, seed, inUse: (shelf) => gpusInUse(registry, shelf) })
  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const books = createVmBooks(meter)
  const life = createVmLife({ clock, books, doors, bootMs, addressMs, teardownMs, onChange })
  const vms = createVms({ kit, registry, inventory, environments, life })
  const control = createHyperstackControl({ kit, registry, inventory, environments, life })
  const v1 = createAuthenticatedRouter(clock, options)
  v1.use(createCatalogRoutes({ inventory }), createAccountRoutes({ environments, meter }))
  v1.use(createPowerRoutes({ vms }), createVmRoutes({ vms, life, clock, host, longestPage }))

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
      environments.restore(state)
      meter.restore(state.meter)
      for (const vm of state.vms) {
        registry.set(vm.id, vm)
        await life.takeUp(vm)
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
const GENEROUS_PER_MINUTE = 1_000_000

function createAuthenticatedRouter(clock: EmulatorClock, options: HyperstackEmulatorOptions): Router {
  const { apiKeys = [DEFAULT_API_KEY], requestsPerMinute = GENEROUS_PER_MINUTE } = options
  const router = express.Router()
  // Why before the key: the limit is the address's.
  router.use(createRateLimit({ clock, perMinute: requestsPerMinute }))
  router.use((request, response, next) => {
    if (apiKeys.includes(request.get('api_key') ?? '')) next()
    else sendError(response, API_ERRORS.unauthorized)
  })
  return router
}

/** The key the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'hyperstack-emulated'
