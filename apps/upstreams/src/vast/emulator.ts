import express, { type Express, type RequestHandler, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { seededRandom } from '../kit/seeded-random.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createMachineDoors } from '../kit/ssh/machine-doors.ts'
import { errorOfStatus, INVALID_KEY, sendError } from './api-error.ts'
import { createBillingRoutes } from './billing-routes.ts'
import { createVastControl, type VastControl } from './control.ts'
import { instanceSchema, isAlive, vastFaultSchema, type VastInstance } from './instance.ts'
import { createInstanceLife } from './instance-life.ts'
import { createInstanceRoutes } from './instance-routes.ts'
import { createInstances, isHeld } from './instances.ts'
import { createOfferRoutes } from './offer-routes.ts'
import { createRateLimit } from './rate-limit.ts'
import { createSshRoutes } from './ssh-routes.ts'

export interface VastEmulatorOptions extends EmulatorKitOptions {
  /** The bearer keys let in. */
  readonly apiKeys?: readonly string[]
  /** Create to running container. */
  readonly bootMs?: number
  /** Asks that others rent and leave again every ten minutes of emulated time. */
  readonly churn?: boolean
  /** Whether calls must keep the endpoints' least intervals. */
  readonly rateLimited?: boolean
  /** Keys that the account has registered; they open every instance. */
  readonly accountKeys?: readonly string[]
  /** Where instances listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface VastEmulator {
  readonly name: 'vast'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: VastControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const stateSchema = z.object({ instances: z.array(instanceSchema), meter: meterStateSchema })
type State = z.infer<typeof stateSchema>

const CHURN_PERIOD_MS = 10 * 60_000
/** Of all asks, those that somebody else has at a time. */
const TAKEN_SHARE = 0.2

/** Vast.ai's REST API, emulated: every answer has the shape of the vendor document, or of the service where they differ. */
export function createVastEmulator(options: VastEmulatorOptions = {}): VastEmulator {
  const { bootMs = 0, churn = false, host = '127.0.0.1', stateDir = null, accountKeys = [] } = options
  const registry = new Map<number, VastInstance>()
  const orders = new Map<number, 0 | 1>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: vastFaultSchema, onChange })
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: 'vast',
    schema: stateSchema,
    collect: () => ({
      instances: [...registry.values()].filter(isAlive),
      meter: [...kit.meter.instances()],
    }),
  })
  const { clock, meter } = kit

  function isTaken(askId: number): boolean {
    if (isHeld(registry, askId)) return true
    const order = orders.get(askId)
    if (order !== undefined) return order === 0
    return churn && seededRandom(askId, Math.floor(clock.nowMs() / CHURN_PERIOD_MS)) < TAKEN_SHARE
  }

  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const life = createInstanceLife({ clock, meter, doors, accountKeys: () => accountKeys, bootMs, onChange })
  const instances = createInstances({ kit, registry, isTaken, life })
  const control = createVastControl({ kit, registry, orders, isTaken, life })
  const routes = express.Router()
  routes.use(authenticate(options), ...(options.rateLimited === true ? [createRateLimit({ clock })] : []))
  routes.use(createOfferRoutes({ clock, instances, isTaken }))
  routes.use(createInstanceRoutes({ instances, life, host }), createSshRoutes({ instances, life }))
  routes.use(createBillingRoutes({ meter, nowMs: clock.nowMs }))

  return {
    name: 'vast',
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes,
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, detail) => sendError(response, errorOfStatus(status, detail)),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: 'vast', schema: stateSchema })
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

function authenticate({ apiKeys = [DEFAULT_API_KEY] }: VastEmulatorOptions): RequestHandler {
  return (request, response, next) => {
    const authorization = request.get('Authorization')
    const key = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
    if (apiKeys.includes(key)) next()
    else if (authorization === undefined) {
      sendError(response, { status: 403, error: 'auth_error', msg: 'This action requires login.' })
    } else sendError(response, INVALID_KEY)
  }
}

/** The key the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'vast_emulated_key'
