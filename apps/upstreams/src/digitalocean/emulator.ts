import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import type { EmulatorClock } from '../kit/clock.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createMachineDoors } from '../kit/ssh/machine-doors.ts'
import { API_ERRORS, sendError } from './api-error.ts'
import { createDigitalOceanControl, type DigitalOceanControl } from './control.ts'
import { digitalOceanFaultSchema, type Droplet, dropletSchema, isAlive } from './droplet.ts'
import { createDropletLife } from './droplet-life.ts'
import { createDropletRoutes } from './droplet-routes.ts'
import { createDroplets, dropletsInUse } from './droplets.ts'
import { createInventory } from './inventory.ts'
import { createRateLimit, type RateLimits } from './rate-limit.ts'
import { createSizeRoutes } from './size-routes.ts'

export interface DigitalOceanEmulatorOptions extends EmulatorKitOptions {
  /** The bearer tokens let in. */
  readonly apiKeys?: readonly string[]
  /** Create (or power on) to active. */
  readonly bootMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  readonly rateLimits?: RateLimits
  /** Where droplets listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface DigitalOceanEmulator {
  readonly name: 'digitalocean'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: DigitalOceanControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const NAME = 'digitalocean'

const stateSchema = z.object({ droplets: z.array(dropletSchema), meter: meterStateSchema })
type State = z.infer<typeof stateSchema>

/** DigitalOcean's API v2 as far as GPU Droplets go, emulated: every answer has the shape of the vendor document. */
export function createDigitalOceanEmulator(options: DigitalOceanEmulatorOptions = {}): DigitalOceanEmulator {
  const { bootMs = 0, churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const registry = new Map<number, Droplet>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: digitalOceanFaultSchema, onChange })
  const { clock, meter } = kit
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: NAME,
    schema: stateSchema,
    collect: () => ({
      droplets: [...registry.values()].filter(isAlive),
      meter: [...meter.instances()],
    }),
  })
  const inventory = createInventory({ clock, churn, seed, inUse: (shelf) => dropletsInUse(registry, shelf) })
  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const life = createDropletLife({ clock, meter, doors, bootMs, onChange })
  const droplets = createDroplets({ kit, registry, inventory, life })
  const control = createDigitalOceanControl({ kit, registry, inventory, life })
  const v2 = createAuthenticatedRouter(clock, options).use(
    createDropletRoutes({ droplets, host }),
    createSizeRoutes({ inventory }),
  )

  return {
    name: NAME,
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes: express.Router().use('/v2', v2),
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, message) => sendError(response, { status, message }),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: NAME, schema: stateSchema })
      if (state === null) return
      meter.restore(state.meter)
      for (const droplet of state.droplets) {
        registry.set(droplet.id, droplet)
        await life.takeUp(droplet)
      }
    },
    close() {
      doors.closeAll()
      snapshot.close()
      if (options.clock === undefined) clock.close()
    },
  }
}

/** In-process callers make many calls a second and are not what the limits are about. */
const GENEROUS: RateLimits = { hour: 1_000_000, minute: 1_000_000 }

function createAuthenticatedRouter(clock: EmulatorClock, options: DigitalOceanEmulatorOptions): Router {
  const { apiKeys = [DEFAULT_API_KEY], rateLimits = GENEROUS } = options
  const router = express.Router()
  router.use((request, response, next) => {
    const [scheme, key = ''] = (request.get('Authorization') ?? '').split(' ')
    if (scheme === 'Bearer' && apiKeys.includes(key)) next()
    else sendError(response, API_ERRORS.unauthorized)
  })
  router.use(createRateLimit({ clock, limits: rateLimits }))
  return router
}

/** The token the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'dop_v1_emulated'
