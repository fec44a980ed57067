import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { API_ERRORS, errorOfStatus, sendError } from './api-error.ts'
import { createCatalogRoutes } from './catalog-routes.ts'
import { createLambdaControl, type LambdaControl } from './control.ts'
import {
  instanceSchema,
  isAlive,
  type LambdaFault,
  lambdaFaultSchema,
  type LambdaInstance,
} from './instance.ts'
import { createInstanceDoors } from './instance-doors.ts'
import { createInstanceLife } from './instance-life.ts'
import { createInstanceRoutes } from './instance-routes.ts'
import { createInstances, machinesInUse } from './instances.ts'
import { createInventory } from './inventory.ts'
import { createRateLimit, type RateLimits } from './rate-limit.ts'
import { createSshKeys, sshKeySchema } from './ssh-keys.ts'

export interface LambdaEmulatorOptions extends EmulatorKitOptions {
  /** The keys let in, as Bearer or as the user of Basic. */
  readonly apiKeys?: readonly string[]
  /** Launch to passed health checks. */
  readonly bootMs?: number
  /** Terminate order to the word "terminated". */
  readonly teardownMs?: number
  /** How long a terminated instance can still be read. */
  readonly lingerMs?: number
  /** Capacity that flaps every five minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  readonly rateLimits?: RateLimits
  /** Where machines listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface LambdaEmulator {
  readonly name: 'lambda'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: LambdaControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const stateSchema = z.object({
  instances: z.array(instanceSchema),
  meter: meterStateSchema,
  sshKeys: z.array(sshKeySchema),
})
type State = z.infer<typeof stateSchema>

/** Lambda's Cloud API 1.6, emulated: every answer has the shape of the vendor document. */
export function createLambdaEmulator(options: LambdaEmulatorOptions = {}): LambdaEmulator {
  const { churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const { bootMs = 0, teardownMs = 0, lingerMs = 0 } = options
  const registry = new Map<string, LambdaInstance>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: lambdaFaultSchema, onChange })
  const sshKeys = createSshKeys({ onChange })
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: 'lambda',
    schema: stateSchema,
    collect: () => ({
      instances: [...registry.values()].filter(isAlive),
      meter: [...kit.meter.instances()],
      sshKeys: [...sshKeys.list()],
    }),
  })
  const { clock, meter } = kit
  const inventory = createInventory({ clock, churn, seed, inUse: (shelf) => machinesInUse(registry, shelf) })
  const doors = createInstanceDoors({ clock, host, hostKey: loadHostKey(stateDir) })
  const life = createInstanceLife({ clock, meter, doors, bootMs, teardownMs, lingerMs, onChange })
  const instances = createInstances({ kit, registry, inventory, sshKeys, life })
  const control = createLambdaControl({ kit, registry, inventory, sshKeys, life })
  const v1 = createAuthenticatedRouter(kit, options)
  v1.use(createInstanceRoutes({ instances, host }), createCatalogRoutes({ inventory, sshKeys }))

  return {
    name: 'lambda',
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes: express.Router().use('/api/v1', v1),
      parsers: [express.json({ limit: '2mb' })],
      renderError: (response, status, detail) => sendError(response, errorOfStatus(status, detail)),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: 'lambda', schema: stateSchema })
      if (state === null) return
      sshKeys.restore(state.sshKeys)
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

/** In-process callers make many calls a second and are not what the limits are about. */
const GENEROUS: RateLimits = { requestsPerTenSeconds: 100_000, launchIntervalMs: 0 }

function createAuthenticatedRouter(kit: EmulatorKit<LambdaFault>, options: LambdaEmulatorOptions): Router {
  const { apiKeys = [DEFAULT_API_KEY], rateLimits = GENEROUS } = options
  const router = express.Router()
  router.use((request, response, next) => {
    if (apiKeys.includes(keyOf(request.get('Authorization') ?? ''))) next()
    else sendError(response, API_ERRORS.invalidApiKey)
  })
  router.use(createRateLimit({ clock: kit.clock, limits: rateLimits }))
  return router
}

function keyOf(authorization: string): string {
  const [scheme = '', credential = ''] = authorization.split(' ')
  if (scheme === 'Bearer') return credential
  return scheme === 'Basic' ? Buffer.from(credential, 'base64').toString('utf8').replace(/:$/, '') : ''
}

/** The key the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'secret_lambda_emulated'
