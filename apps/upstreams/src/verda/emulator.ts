import express, { type Express, type Router } from 'express'
import { z } from 'zod'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { meterStateSchema } from '../kit/meter.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { loadHostKey } from '../kit/ssh/host-key.ts'
import { createMachineDoors } from '../kit/ssh/machine-doors.ts'
import { createActions } from './actions.ts'
import { apiError, sendError } from './api-error.ts'
import { createCatalogRoutes } from './catalog-routes.ts'
import { createVerdaControl, type VerdaControl } from './control.ts'
import { instanceSchema, isAlive, verdaFaultSchema, type VerdaInstance, volumeSchema } from './instance.ts'
import { createInstanceLife } from './instance-life.ts'
import { createInstanceRoutes } from './instance-routes.ts'
import { createInstances, machinesInUse } from './instances.ts'
import { createInventory } from './inventory.ts'
import { createNamedTexts, namedTextSchema } from './named-texts.ts'
import { type Credentials, createTokens } from './tokens.ts'
import { createVolumes } from './volumes.ts'

export interface VerdaEmulatorOptions extends EmulatorKitOptions {
  readonly credentials?: Credentials
  /** Create to running. */
  readonly bootMs?: number
  /** Delete order to the word "discontinued". */
  readonly teardownMs?: number
  /** How long a discontinued instance can still be read. */
  readonly lingerMs?: number
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn?: boolean
  readonly seed?: string
  /** Where machines listen for SSH. */
  readonly host?: string
  /** Where state survives a restart; null keeps it in memory only. */
  readonly stateDir?: string | null
}

export interface VerdaEmulator {
  readonly name: 'verda'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: VerdaControl
  /** Takes up what an earlier process left; call before listening. */
  restore(): Promise<void>
  close(): void
}

const stateSchema = z.object({
  instances: z.array(instanceSchema),
  meter: meterStateSchema,
  sshKeys: z.array(namedTextSchema),
  scripts: z.array(namedTextSchema),
  detachedVolumes: z.array(volumeSchema),
})
type State = z.infer<typeof stateSchema>

/** Verda's public API v1, emulated as the vendor's own clients speak it. */
export function createVerdaEmulator(options: VerdaEmulatorOptions = {}): VerdaEmulator {
  const { churn = false, seed = 'berth', host = '127.0.0.1', stateDir = null } = options
  const { bootMs = 0, teardownMs = 0, lingerMs = 0, credentials = DEFAULT_CREDENTIALS } = options
  const registry = new Map<string, VerdaInstance>()
  const onChange = (): void => snapshot.touch()
  const kit = createEmulatorKit({ ...options, ownFaults: verdaFaultSchema, onChange })
  const { clock, meter, faults } = kit
  const sshKeys = createNamedTexts({ path: '/ssh-keys', field: 'key', idsField: 'keys', clock, onChange })
  const scripts = createNamedTexts({
    path: '/scripts',
    field: 'script',
    idsField: 'scripts',
    clock,
    onChange,
  })
  const volumes = createVolumes({ meter, registry, onChange })
  const snapshot = createSnapshot<State>({
    dir: stateDir,
    name: 'verda',
    schema: stateSchema,
    collect: () => ({
      instances: [...registry.values()].filter(isAlive),
      meter: [...meter.instances()],
      sshKeys: [...sshKeys.list()],
      scripts: [...scripts.list()],
      detachedVolumes: [...volumes.detached()],
    }),
  })
  const inventory = createInventory({ clock, churn, seed, inUse: (shelf) => machinesInUse(registry, shelf) })
  const doors = createMachineDoors({ host, hostKey: loadHostKey(stateDir), nowMs: clock.nowMs })
  const life = createInstanceLife({ clock, meter, doors, volumes, bootMs, teardownMs, lingerMs, onChange })
  const instances = createInstances({ kit, registry, inventory, sshKeys, scripts, volumes, life })
  const actions = createActions({ instances, life, faults })
  const tokens = createTokens({ clock, credentials })
  const control = createVerdaControl({ kit, registry, inventory, sshKeys, scripts, volumes, tokens, life })
  const v1 = express.Router().use(tokens.routes, tokens.guard)
  v1.use(createInstanceRoutes({ instances, actions, host }), sshKeys.routes, scripts.routes)
  v1.use(createCatalogRoutes({ inventory, volumes }))

  return {
    name: 'verda',
    control,
    controlRouter: createControlRouter({ kit, instances: control.instances, inventory: control.inventory }),
    app: createProviderApp({
      kit,
      routes: express.Router().use('/v1', v1),
      parsers: [express.json({ limit: '1mb' })],
      renderError: (response, status, detail) => sendError(response, apiError(status, detail)),
    }),
    async restore() {
      const state = loadSnapshot({ dir: stateDir, name: 'verda', schema: stateSchema })
      if (state === null) return
      sshKeys.restore(state.sshKeys)
      scripts.restore(state.scripts)
      volumes.restore(state.detachedVolumes)
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

/** What the emulator lets in where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_CREDENTIALS: Credentials = {
  clientId: 'verda-emulated',
  clientSecret: 'verda_emulated_secret',
}
