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
import { API_ERRORS, sendError } from './api-error.ts'
import { createPrimeControl, type PrimeControl } from './control.ts'
import { OFFERS } from './offers.ts'
import { isAlive, podSchema, primeFaultSchema, type PrimePod } from './pod.ts'
import { createPodLife } from './pod-life.ts'
import { createPods, machinesInUse, type Shelf, shelfOf } from './pods.ts'
import { createRoutes } from './routes.ts'
import { createSshKeys, sshKeySchema } from './ssh-keys.ts'

export interface PrimeEmulatorOptions extends EmulatorKitOptions {
  /** The bearer tokens let in. */
  readonly apiKeys?: readonly string[]
  /** Create to a finished installation. */
  readonly bootMs?: number
  /** How long a terminated pod can still be read. */
  readonly lingerMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  /** Where pods listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface PrimeEmulator {
  readonly name: 'prime'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: PrimeControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

/** The token the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_API_KEY = 'pit_emulated'

const NAME = 'prime'
/** How many of the offers are in stock at any time, and how many machines there are at most. */
const ABUNDANCE = 0.85
const MOST_MACHINES = 5

const stateSchema = z.object({
  pods: z.array(podSchema),
  meter: meterStateSchema,
  sshKeys: z.array(sshKeySchema),
})
type State = z.infer<typeof stateSchema>

/** Prime Intellect's API, emulated as its own client and the recorded answers show it: it has no public document. */
export function createPrimeEmulator(options: PrimeEmulatorOptions = {}): PrimeEmulator {
  const {
    bootMs = 0,
    lingerMs = 0,
    churn = false,
    seed = 'berth',
    host = '127.0.0.1',
    stateDir = null,
  } = options
  const registry = new Map<string, PrimePod>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: primeFaultSchema, onChange })
  const { clock, meter } = kit
  const sshKeys = createSshKeys({ nowMs: clock.nowMs, onChange })
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: NAME,
    schema: stateSchema,
    collect: () => ({
      pods: [...registry.values()].filter(isAlive),
      meter: [...meter.instances()],
      sshKeys: [...sshKeys.list()],
    }),
  })
  const stock = createStock<Shelf>({
    clock,
    churn,
    seed: `${NAME} ${seed}`,
    shelves: OFFERS.map(shelfOf),
    supply: (_shelf, random) =>
      random('offered') > ABUNDANCE ? 0 : 1 + Math.floor(random('size') * MOST_MACHINES),
    inUse: (shelf) => machinesInUse(registry, shelf),
  })
  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const life = createPodLife({ clock, meter, doors, bootMs, lingerMs, onChange })
  const pods = createPods({ kit, registry, stock, sshKeys, life })
  const control = createPrimeControl({ kit, registry, stock, sshKeys, life })
  const routes = createRoutes({ kit, pods, stock, sshKeys, host })
  const v1 = createAuthenticatedRouter(options.apiKeys).use(routes)

  return {
    name: NAME,
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes: express.Router().use('/api/v1', v1),
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, detail) => sendError(response, { status, detail }),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: NAME, schema: stateSchema })
      if (state === null) return
      sshKeys.restore(state.sshKeys)
      meter.restore(state.meter)
      for (const pod of state.pods) {
        registry.set(pod.id, pod)
        await life.takeUp(pod)
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
    const [scheme, key = ''] = (request.get('Authorization') ?? '').split(' ')
    if (scheme === 'Bearer' && apiKeys.includes(key)) next()
    else sendError(response, API_ERRORS.unauthorized)
  })
}
