import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createBillingRoutes } from './billing-routes.ts'
import { createCatalogRoutes } from './catalog-routes.ts'
import { createRunPodControl, createRunPodOrders, type RunPodControl } from './control.ts'
import { createGraphqlRoutes } from './graphql-routes.ts'
import { createInventory } from './inventory.ts'
import { createLogRoutes } from './log-routes.ts'
import { type Pod, podSchema, type RunPodFault, runPodFaultSchema } from './pod.ts'
import { createPodBooks } from './pod-books.ts'
import { createPodLife } from './pod-life.ts'
import { createPodLogs } from './pod-logs.ts'
import { createPodRoutes } from './pod-routes.ts'
import { createPodSsh } from './pod-ssh.ts'
import { createPods, gpusInUse } from './pods.ts'
import { sendProblem } from './problem.ts'
import { createRateLimit, type RateLimits } from './rate-limit.ts'
import { createAccount } from './account.ts'

export interface RunPodEmulatorOptions extends EmulatorKitOptions {
  /** The bearer keys let in. */
  readonly apiKeys?: readonly string[]
  /** Placement to running container. */
  readonly bootMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  readonly rateLimits?: RateLimits
  /** Where pods listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface RunPodEmulator {
  readonly name: 'runpod'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: RunPodControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const stateSchema = z.object({
  pods: z.array(podSchema),
  meter: meterStateSchema,
  sshKeys: z.array(z.string()),
})
type State = z.infer<typeof stateSchema>

/** RunPod's REST v2 (and the GraphQL balance), emulated: every answer has the shape of the vendor document. */
export function createRunPodEmulator(options: RunPodEmulatorOptions = {}): RunPodEmulator {
  const { bootMs = 0, churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const registry = new Map<string, Pod>()
  const account = createAccount({ onChange: () => snapshot.touch() })
  const kit = createEmulatorKit({
    ...options,
    ownFaults: runPodFaultSchema,
    onChange: () => snapshot.touch(),
  })
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: 'runpod',
    schema: stateSchema,
    collect: () => ({
      pods: [...registry.values()].filter(({ goneAtMs }) => goneAtMs === null),
      meter: [...kit.meter.instances()],
      sshKeys: [...account.keys()],
    }),
  })
  const { clock, meter } = kit
  const onChange = (): void => snapshot.touch()
  const inventory = createInventory({ clock, churn, seed, inUse: (shelf) => gpusInUse(registry, shelf) })
  const logs = createPodLogs({ nowMs: clock.nowMs })
  const ssh = createPodSsh({ clock, host, hostKey: loadHostKey(stateDir) })
  const books = createPodBooks(meter)
  const life = createPodLife({ clock, logs, ssh, books, bootMs, onChange })
  const pods = createPods({ kit, registry, inventory, books, life, accountKeys: account.keys, onChange })
  const control = createRunPodControl({ kit, registry, inventory, logs, life })

  const v2 = createAuthenticatedRouter(kit, options)
  v2.use(
    createPodRoutes({ pods, clock, host }),
    createLogRoutes({ pods, logs }),
    createCatalogRoutes({ inventory }),
  )
  v2.use(createBillingRoutes({ meter, clock }), account.routes)
  const routes = express.Router().use('/v2', v2).use('/graphql', createGraphqlRoutes({ registry }))

  return {
    name: 'runpod',
    control,
    controlRouter: createControlRouter({
      kit,
      instances: control.instances,
      inventory: control.inventory,
      extra: createRunPodOrders(control),
    }),
    app: createProviderApp({
      kit,
      routes,
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, detail) => sendProblem(response, { status, detail }),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: 'runpod', schema: stateSchema })
      if (state === null) return
      account.setKeys(state.sshKeys)
      meter.restore(state.meter)
      for (const pod of state.pods) {
        registry.set(pod.id, pod)
        await life.takeUp(pod)
      }
    },
    close() {
      ssh.closeAll()
      snapshot.close()
      if (options.clock === undefined) clock.close()
    },
  }
}

/** In-process callers make many calls a second and are not what the quota is about. */
const GENEROUS: RateLimits = { minute: 100_000, hour: 1_000_000, day: 10_000_000 }

function createAuthenticatedRouter(kit: EmulatorKit<RunPodFault>, options: RunPodEmulatorOptions): Router {
  const { apiKeys = [DEFAULT_API_KEY], rateLimits = GENEROUS } = options
  const router = express.Router()
  router.use((request, response, next) => {
    const [scheme, key] = (request.get('Authorization') ?? '').split(' ')
    if (scheme !== 'Bearer' || key === undefined)
      sendProblem(response, { status: 401, detail: 'missing bearer token' })
    else if (!apiKeys.includes(key)) sendProblem(response, { status: 401, detail: 'invalid bearer token' })
    else next()
  })
  router.use(createRateLimit({ clock: kit.clock, limits: rateLimits }))
  return router
}

/** The key the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'rpa_emulated'
